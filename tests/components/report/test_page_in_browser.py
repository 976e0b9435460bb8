"""The page in a real browser: it fits a phone, sorts, switches, and can be read in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.report.render import render
from tests.components.report.browser import Tab, open_browser
from tests.components.report.contents import good_content, troubled_content

pytestmark = pytest.mark.browser

# Text against what is behind it, as WCAG 2.2 section 1.4.3 has it; colours are read from a canvas,
# which knows every notation. Gradients are taken for the tint that they are made of.
CONTRASTS = """(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [r, g, b] = rgba(colour).slice(0, 3).map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      const gradient = style.backgroundImage.match(/(rgba?|color|oklab)\\([^()]*\\)/);
      if (gradient) return gradient[0];
      if (rgba(style.backgroundColor)[3] === 255) return style.backgroundColor;
    }
    return "white";
  };
  const poor = [];
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.getClientRects().length) continue;
    if (element.closest("script, style, .skip, .hidden")) continue;
    seen += 1;
    const style = getComputedStyle(element);
    const ink = luminance(element.closest("svg") ? style.fill : style.color);
    const paper = luminance(behind(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) poor.push([ratio.toFixed(2), element.className, texts.currentNode.data]);
  }
  return [seen, poor.slice(0, 9)];
})()"""
FIRST_CLASSES = "[...document.querySelectorAll('#classes table tbody tr')].slice(0, 2)"
READING = "document.getElementById('reading').textContent"


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with open_browser() as tab:
        yield tab


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "report.html"
    path.write_bytes(render(good_content()))
    return path


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("troubled") / "report.html"
    path.write_bytes(render(troubled_content()))
    return path


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("page", ["good", "troubled"])
def test_nothing_overflows_and_the_console_is_silent(
    tab: Tab, page: str, width: int, request: pytest.FixtureRequest
):
    tab.open(request.getfixturevalue(page), width)
    tab.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert tab.run("[document.documentElement.scrollWidth, innerWidth]") == [width, width]
    assert tab.problems == []


def test_hostile_texts_run_nothing(tab: Tab, troubled: Path):
    tab.open(troubled, 1280)
    assert tab.run("document.title").startswith("Not blessed")
    assert tab.run("document.images.length") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", ["good", "troubled"])
def test_every_text_has_contrast(tab: Tab, page: str, dark: bool, request: pytest.FixtureRequest):
    tab.open(request.getfixturevalue(page), 1280, dark=dark)
    is_dark = tab.run("matchMedia('(prefers-color-scheme: dark)').matches")
    seen, poor = tab.run(CONTRASTS)
    assert is_dark == dark
    assert seen > 100
    assert poor == []


def test_a_heading_sorts_by_its_column_with_the_keyboard_alone(tab: Tab, good: Path):
    tab.open(good, 1280)
    names = f"{FIRST_CLASSES}.map((row) => row.cells[0].textContent)"
    assert tab.run(names) == ["CLASS 00 & A LONG NAME", "CLASS 01"]
    tab.run("document.querySelectorAll('#classes th button')[2].focus()")
    heading = "document.querySelectorAll('#classes thead th')[2].getAttribute('aria-sort')"
    tab.press("Enter")
    assert tab.run(heading) == "descending"
    assert tab.run(names) == ["CLASS 00 & A LONG NAME", "CLASS 01"]
    tab.press("Enter")
    assert tab.run(heading) == "ascending"
    assert tab.run(names) == ["CLASS 27 & A LONG NAME", "CLASS 26"]
    rows = "[...document.querySelector('#classes tbody').rows]"
    shown = tab.run(f"{rows}.map((row) => Number(row.cells[2].dataset.value))")
    assert shown == sorted(shown)


def test_the_matrix_reads_cells_and_switches_what_they_show(tab: Tab, good: Path):
    tab.open(good, 1280)
    cell = "document.querySelector('#matrix tbody').rows[0].cells[1]"
    counts = good_content().confusion.counts
    first, second = counts[0], counts[1]
    column = [line[0] for line in counts]
    assert tab.run(f"{cell}.textContent") == str(round(100 * first[0] / sum(first)))
    tab.run(f"{cell}.focus()")
    recognised = f"{first[0]} of {sum(first)} rows of CLASS 00 & A LONG NAME were recognised"
    assert recognised in tab.run(READING)
    tab.press("ArrowDown")
    taken = f"{second[0]} of {sum(second)} rows of CLASS 01 were taken for CLASS 00"
    assert taken in tab.run(READING)
    tab.run("document.querySelector('input[value=predicted]').click()")
    assert tab.run(f"{cell}.textContent") == str(round(100 * first[0] / sum(column)))
    tab.run("document.querySelector('input[value=rows]').click()")
    assert tab.run(f"{cell}.textContent") == str(first[0])
