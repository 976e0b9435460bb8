"""The geometry of the reliability diagram, in units of its SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from components.evaluation.verdict import CalibrationBin
from components.report import shown_values
from components.report.training_chart import Tick

_LARGEST_DOT = 11.0


@dataclass(frozen=True)
class Dot:
    """A bin of the reliability diagram, with the bar of its rows below."""

    x: float
    y: float
    ideal_y: float
    radius: float
    bar_left: float
    bar_width: float
    bar_height: float
    text: str


@dataclass(frozen=True)
class ReliabilityChart:
    """Probability against the share that is right; the diagonal is where both agree."""

    dots: Sequence[Dot]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    summary: str
    most_rows: int
    width: int = 380
    height: int = 420
    left: int = 44
    right: int = 358
    top: int = 12
    bottom: int = 322
    bars_top: int = 334
    bars_bottom: int = 386


def reliability_chart(bins: Sequence[CalibrationBin]) -> ReliabilityChart | None:
    """The diagram; None where no row was measured."""
    rows = sum(each.rows for each in bins)
    if not rows:
        return None
    empty = ReliabilityChart([], [], [], "", max(each.rows for each in bins))
    width, height = empty.right - empty.left, empty.bottom - empty.top

    def x_of(share: float) -> float:
        return round(empty.left + share * width, 1)

    def y_of(share: float) -> float:
        return round(empty.bottom - share * height, 1)

    dots = [
        Dot(
            x=x_of(each.mean_confidence),
            y=y_of(each.accuracy),
            ideal_y=y_of(each.mean_confidence),
            radius=round(max(3.0, _LARGEST_DOT * math.sqrt(each.rows / empty.most_rows)), 1),
            bar_left=x_of(each.low) + 1,
            bar_width=round(max(1.0, (each.high - each.low) * width - 2), 1),
            bar_height=round(
                max(1.0, (empty.bars_bottom - empty.bars_top) * each.rows / empty.most_rows), 1
            ),
            text=f"{shown_values.count(each.rows)} rows with a probability of "
            f"{shown_values.percent(each.mean_confidence)} on average; "
            f"{shown_values.percent(each.accuracy)} of them right",
        )
        for each in bins
        if each.rows
    ]
    return ReliabilityChart(
        dots=dots,
        x_ticks=[Tick(x_of(n / 5), shown_values.percent(n / 5, 0)) for n in range(6)],
        y_ticks=[Tick(y_of(n / 5), shown_values.percent(n / 5, 0)) for n in range(6)],
        summary=f"Reliability of {shown_values.count(rows)} rows in {len(dots)} bins",
        most_rows=empty.most_rows,
    )
