"""The contrast of every text of a report, as axe-core measures it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.2 section 1.4.3 asks for 4.5 of small texts only; here large and short ones need it too.
_LEAST = {"expected": 4.5}
_OPTIONS = {"contrastRatio": {"normal": _LEAST, "large": _LEAST}, "ignoreLength": 1}
_RULE = {"runOnly": ["color-contrast"], "checks": {"color-contrast": {"options": _OPTIONS}}}

# axe judges no text on a gradient, in a drawing, or without a letter: a gradient is taken for the
# tint that it is made of, a label of a chart is set below it, and a lone dash becomes a word.
_PLAIN_STYLE = """
.scroll { background: var(--surface) !important; }
.share { background: var(--tint) !important; }
"""
_PLAIN_TEXTS = """() => {
  document.querySelectorAll("svg text").forEach((label) => {
    const text = document.createElement("p");
    text.textContent = label.textContent;
    text.style.color = getComputedStyle(label).fill;
    label.closest("figure").append(text);
    label.remove();
  });
  document.querySelectorAll("main *").forEach((each) => {
    if (!each.children.length && /^[^\\w\\s]$/.test(each.textContent)) each.textContent = "none";
  });
}"""


def measure_contrast(page: Page) -> tuple[int, list[dict[str, Any]]]:
    """Counts the texts with enough contrast; lists rules broken and those that axe left open."""
    page.evaluate(_PLAIN_TEXTS)
    page.add_style_tag(content=_PLAIN_STYLE)
    found = Axe().run(page, options=_RULE).response
    good = sum(len(rule["nodes"]) for rule in found["passes"])
    return good, found["violations"] + found["incomplete"]
