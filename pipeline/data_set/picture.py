"""A description as one picture: bars of categories and classes, histograms of lengths and years.

The SVG needs no network, font or script, and follows the light or dark of whoever shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from components.article.fields import TEXT_FIELDS
from components.printable import printable
from pipeline.data_set.description import Description
from pipeline.data_set.lengths import Lengths

_TEMPLATES = Path(__file__).parent / "templates"
_WIDTH, _MARGIN, _GAP, _HEAD = 1_040, 28, 40, 96
_ROW, _TITLE, _BOTTOM = 20, 34, 60
_NAMES, _NUMBERS = 190, 64
_COLUMNS_HEIGHT = 150
_MOST_BARS = 60
_LONGEST_NAME = 26  # characters
# Characters that XML cannot hold, beside those that steer a terminal.
_NO_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True)
class Bar:
    """A bar to the right, or a column upwards: its end of the longer side first."""

    name: str
    rows: int
    at: float
    size: float
    breadth: float
    tip: str


@dataclass(frozen=True)
class Chart:
    """Bars or columns in a place of the picture."""

    title: str
    left: float
    top: float
    width: float
    height: float
    bars: Sequence[Bar]
    note: str = ""


def draw(description: Description) -> str:
    """The picture, as the text of an SVG file."""
    half = (_WIDTH - 2 * _MARGIN - _GAP) / 2
    categories = [(each.name or "(none)", each.rows) for each in description.categories]
    bars = [
        _bars(f"{len(categories)} categories", categories, _MARGIN, half),
        _bars(
            f"{len(description.classes)} classes, as a model learns them",
            list(description.classes.items()),
            _MARGIN + half + _GAP,
            half,
        ),
    ]
    top = _HEAD + max(chart.height for chart in bars) + _BOTTOM
    histograms: list[tuple[str, list[tuple[str, int]], str]] = [
        (_length_title(lengths), _length_columns(lengths), _quantiles(lengths))
        for lengths in description.lengths
    ]
    if years := _years(description):
        histograms.append(("Rows by year", years, ""))
    columns = []
    for number, (title, values, note) in enumerate(histograms):
        left = _MARGIN + number % 2 * (half + _GAP)
        place = top + number // 2 * (_COLUMNS_HEIGHT + _TITLE + _BOTTOM)
        columns.append(_columns(title, values, note, left, place, half))
    rows_of_columns = (len(columns) + 1) // 2
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: _clean(value) if isinstance(value, str) else value,
    )
    return environment.get_template("picture.svg").render(
        width=_WIDTH,
        height=round(top + rows_of_columns * (_COLUMNS_HEIGHT + _TITLE + _BOTTOM)),
        margin=_MARGIN,
        names=_NAMES,
        row=_ROW,
        title=", ".join(Path(file).name for file in description.files),
        summary=_summary(description),
        bars=bars,
        columns=columns,
    )


def _bars(title: str, values: Sequence[tuple[str, int]], left: float, width: float) -> Chart:
    shown = values[:_MOST_BARS]
    most = max((rows for _, rows in shown), default=0) or 1
    room = width - _NAMES - _NUMBERS
    bars = [
        Bar(
            name=_short(name),
            rows=rows,
            at=_HEAD + _TITLE + number * _ROW,
            size=round(room * rows / most, 1),
            breadth=_ROW - 6,
            tip=f"{name}: {rows:,} rows",
        )
        for number, (name, rows) in enumerate(shown)
    ]
    others = len(values) - len(shown)
    note = f"and {others:,} more" if others else ""
    height = _TITLE + (len(shown) + bool(others)) * _ROW
    return Chart(title, left, _HEAD, width, height, bars, note)


def _columns(
    title: str,
    values: Sequence[tuple[str, int]],
    note: str,
    left: float,
    top: float,
    width: float,
) -> Chart:
    most = max(rows for _, rows in values) or 1
    step = width / len(values)
    bars = [
        Bar(
            name=name,
            rows=rows,
            at=round(left + number * step, 1),
            size=round(_COLUMNS_HEIGHT * rows / most, 1),
            breadth=round(max(step - 2, 1), 1),
            tip=f"{name}: {rows:,} rows",
        )
        for number, (name, rows) in enumerate(values)
    ]
    return Chart(title, left, top, width, _TITLE + _COLUMNS_HEIGHT, bars, note)


def _length_title(lengths: Lengths) -> str:
    of = " + ".join(TEXT_FIELDS) if lengths.of not in TEXT_FIELDS else lengths.of
    return f"{lengths.unit.capitalize()} of {of}"


def _length_columns(lengths: Lengths) -> list[tuple[str, int]]:
    return [
        (f"{b.least:,}" if b.least == b.largest else f"{b.least:,} to {b.largest:,}", b.rows)
        for b in lengths.bins
    ]


def _quantiles(lengths: Lengths) -> str:
    return (
        f"median {lengths.median:,}, 95 % {lengths.p95:,}, 99 % {lengths.p99:,}, "
        f"longest {lengths.longest:,} {lengths.unit}"
    )


def _years(description: Description) -> list[tuple[str, int]]:
    """Every year of the range, or those with rows where a wrong date makes the range absurd."""
    by_year = description.dates.by_year
    if not by_year:
        return []
    first, last = min(by_year), max(by_year)
    years: Iterable[int] = range(first, last + 1) if last - first < _MOST_BARS else sorted(by_year)
    return [(str(year), by_year.get(year, 0)) for year in years]


def _summary(description: Description) -> str:
    def parts() -> Iterator[str]:
        yield f"{description.read:,} rows read"
        yield f"{description.accepted:,} accepted"
        yield f"{sum(description.excluded.values()):,} excluded"
        yield f"{description.quarantined:,} quarantined"
        yield f"{description.repeats.counts.exact:,} repeat an earlier one"
        yield f"{description.repeats.counts.two_categories:,} of contradictory categories"

    return ", ".join(parts())


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", printable(text))
