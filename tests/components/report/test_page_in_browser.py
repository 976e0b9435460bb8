"""The page in a real browser: it fits a phone, sorts, switches, and can be read in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from components.report.content import Content
from components.report.render import render
from tests.components.report.browser import open_browser, open_page
from tests.components.report.contents import good_content, troubled_content
from tests.components.report.contrast import measure_contrast

OpenReport = Callable[..., Page]

pytestmark = pytest.mark.browser
good_and_troubled = pytest.mark.parametrize(
    "content", [good_content(), troubled_content()], ids=["good", "troubled"]
)
every_width = pytest.mark.parametrize("width", [390, 768, 1280])
light_and_dark = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])

OPEN_DETAILS = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def problems() -> list[str]:
    """What the page wrote to the console, threw, and asked the network for."""
    return []


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path, problems: list[str]) -> Iterator[OpenReport]:
    def open_report(content: Content, width: int = 1280, dark: bool = False) -> Page:
        file = tmp_path / "report.html"
        file.write_bytes(render(content))
        return open_page(browser, file.as_uri(), problems, width, dark)

    yield open_report
    for context in browser.contexts:
        context.close()


@every_width
@good_and_troubled
def test_nothing_overflows_and_the_console_is_silent(
    open_report: OpenReport, problems: list[str], content: Content, width: int
):
    page = open_report(content, width)
    page.evaluate(OPEN_DETAILS)
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [width, width]
    assert problems == []


def test_hostile_texts_run_nothing(open_report: OpenReport):
    page = open_report(troubled_content())
    assert page.title().startswith("Not blessed")
    assert page.evaluate("document.images.length") == 0


@light_and_dark
@every_width
@good_and_troubled
def test_axe_has_nothing_to_object_to(
    open_report: OpenReport, content: Content, width: int, dark: bool
):
    page = open_report(content, width, dark)
    page.evaluate(OPEN_DETAILS)
    found = Axe().run(page)
    assert page.evaluate(IS_DARK) == dark
    assert found.violations_count == 0, found.generate_report()


@light_and_dark
@good_and_troubled
def test_every_text_has_contrast(open_report: OpenReport, content: Content, dark: bool):
    page = open_report(content, dark=dark)
    page.evaluate(OPEN_DETAILS)
    good, poor_or_unknown = measure_contrast(page)
    assert page.evaluate(IS_DARK) == dark
    assert poor_or_unknown == []
    assert good > 100


def test_a_heading_sorts_by_its_column_with_the_keyboard_alone(open_report: OpenReport):
    page = open_report(good_content())
    names = page.locator("#classes tbody tr > :first-child")
    assert names.all_text_contents()[:2] == ["CLASS 00 & A LONG NAME", "CLASS 01"]
    heading = page.locator("#classes thead th").nth(2)
    heading.locator("button").focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert names.all_text_contents()[:2] == ["CLASS 00 & A LONG NAME", "CLASS 01"]
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    assert names.all_text_contents()[:2] == ["CLASS 27 & A LONG NAME", "CLASS 26"]
    cells = page.locator("#classes tbody").first.locator("tr > :nth-child(3)")
    shown = cells.evaluate_all("(cells) => cells.map((cell) => Number(cell.dataset.value))")
    assert shown == sorted(shown)


def test_the_matrix_reads_cells_and_switches_what_they_show(open_report: OpenReport):
    page = open_report(good_content())
    counts = good_content().confusion.counts
    first, second = counts[0], counts[1]
    column = [line[0] for line in counts]
    cell, reading = page.locator("#matrix td").first, page.locator("#reading")
    assert cell.text_content() == str(round(100 * first[0] / sum(first)))
    cell.focus()
    recognised = f"{first[0]} of {sum(first)} rows of CLASS 00 & A LONG NAME were recognised"
    assert recognised in reading.text_content()
    page.keyboard.press("ArrowDown")
    taken = f"{second[0]} of {sum(second)} rows of CLASS 01 were taken for CLASS 00"
    assert taken in reading.text_content()
    page.get_by_label("Share of the predicted class").check()
    assert cell.text_content() == str(round(100 * first[0] / sum(column)))
    page.get_by_label("Rows", exact=True).check()
    assert cell.text_content() == str(first[0])
