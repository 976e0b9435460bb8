"""From the content of a report to its HTML: one file, without network, fonts or libraries.

Texts of rows come from strangers. Jinja escapes whatever a template prints, and the page's
Content-Security-Policy lets no script run but the page's own, which it names by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from components.evaluation.verdict import OVERALL, RuleResult
from components.report import plain_words, shown_values
from components.report.content import Content
from components.report.matrix import largest_mix_ups, matrix_rows
from components.report.merged_classes import merge
from components.report.reliability_chart import reliability_chart
from components.report.training_chart import training_charts

_TEMPLATES = Path(__file__).parent / "templates"
_PAGE = "page.html"
_FEW_ROWS = 20  # of a class, below which a change is not coloured as good or bad
_KEPT_CONTROLS = "\n\t"


def render(content: Content) -> bytes:
    """The page.

    Returns:
        HTML in UTF-8. Half surrogate pairs, which JSON can hold and UTF-8 cannot, become '?'.
    """
    script = (_TEMPLATES / "page.js").read_text(encoding="utf-8")
    html = (
        _environment()
        .get_template(_PAGE)
        .render(
            content=content,
            charts=training_charts(content.epochs),
            reliability=reliability_chart(content.calibration),
            matrix=matrix_rows(content.confusion),
            mix_ups=largest_mix_ups(content.confusion),
            merged=merge(content.data.categories),
            # Both are files of this package, not data.
            style=Markup((_TEMPLATES / "page.css").read_text(encoding="utf-8")),
            script=Markup(script),
            script_hash=_hash(script),
        )
    )
    return html.encode("utf-8", "replace")


def templates_fingerprint() -> str:
    """Hash of all that the page is made from but its content: templates, style and script."""
    digest = hashlib.sha256()
    for file in sorted(_TEMPLATES.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    for form in ("count", "percent", "decimal", "points", "change", "seconds"):
        environment.filters[form] = getattr(shown_values, form)
    environment.filters["failed_first"] = _failed_first
    environment.filters["breakable"] = _breakable
    environment.globals.update(
        is_number=shown_values.is_number,
        rule_name=plain_words.rule_name,
        rule_value=plain_words.rule_value,
        OVERALL=OVERALL,
        FEW_ROWS=_FEW_ROWS,
    )
    return environment


def _printable(value: Any) -> Any:
    """Shows control characters as U+FFFD: HTML allows hardly any, not even escaped."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(
        "\ufffd" if unicodedata.category(char) == "Cc" and char not in _KEPT_CONTROLS else char
        for char in value
    )


def _failed_first(rules: list[RuleResult]) -> list[RuleResult]:
    """Broken rules first, then those on all rows, then those on classes."""
    return sorted(rules, key=lambda rule: (rule.passed, rule.slice != OVERALL))


def _breakable(name: str) -> Markup:
    """A setting's name that may be broken after its underscores."""
    return Markup("_<wbr>").join(escape(part) for part in name.split("_"))


def _hash(script: str) -> str:
    """The script as a Content-Security-Policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
