"""The geometry of the curves of the training, in units of their SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from components.report import shown_values
from components.report.content import EpochFigures

_WIDTH, _HEIGHT = 330, 215
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 12, 34
_MOST_TICKS = 6


@dataclass(frozen=True)
class Tick:
    """A place on an axis, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """One split's curve: `path` is SVG's; `dots` are its points."""

    split: str
    path: str
    dots: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Column:
    """The stripe of an epoch, which shows `text` under the pointer."""

    left: float
    width: float
    text: str


@dataclass(frozen=True)
class LineChart:
    """A metric of both splits, epoch by epoch."""

    title: str
    summary: str
    lines: Sequence[Line]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    columns: Sequence[Column]
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = _HEIGHT - _BOTTOM


def training_charts(epochs: Sequence[EpochFigures]) -> list[LineChart]:
    """Loss, top-1 and top-3; none without an epoch."""
    if not epochs:
        return []
    return [
        _line_chart("Loss", "loss", epochs, shown_values.decimal, least=0.0, most=None),
        _line_chart("Top-1", "top_1", epochs, shown_values.percent, least=None, most=1.0),
        _line_chart("Top-3", "top_3", epochs, shown_values.percent, least=None, most=1.0),
    ]


def _line_chart(
    title: str,
    metric: str,
    epochs: Sequence[EpochFigures],
    form: Callable[[float], str],
    least: float | None,
    most: float | None,
) -> LineChart:
    splits = {
        "train": [epoch.train.get(metric, math.nan) for epoch in epochs],
        "eval": [epoch.eval.get(metric, math.nan) for epoch in epochs],
    }
    finite = [value for values in splits.values() for value in values if math.isfinite(value)]
    step, low, high = _scale(finite, least, most)
    x_of = _x_places(len(epochs))
    last = epochs[-1]

    def y_of(value: float) -> float:
        share = (value - low) / (high - low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    return LineChart(
        title=title,
        summary=f"{title} after epoch {last.number}: train {form(splits['train'][-1])}, "
        f"eval {form(splits['eval'][-1])}",
        lines=[_line(split, values, x_of, y_of) for split, values in splits.items()],
        x_ticks=[
            Tick(x_of[n], str(epoch.number))
            for n, epoch in enumerate(epochs)
            if n % math.ceil(len(epochs) / 10) == 0
        ],
        y_ticks=[
            Tick(y_of(low + n * step), _tick_text(low + n * step, most is not None, step))
            for n in range(round((high - low) / step) + 1)
        ],
        columns=list(_columns(epochs, splits, x_of, form)),
    )


def _line(
    split: str, values: Sequence[float], x_of: Sequence[float], y_of: Callable[[float], float]
) -> Line:
    """A curve that is broken where a value is no number."""
    path, dots, pen = "", [], "M"
    for x, value in zip(x_of, values, strict=True):
        if not math.isfinite(value):
            pen = "M"
            continue
        path += f"{pen}{x} {y_of(value)}"
        dots.append((x, y_of(value)))
        pen = "L"
    return Line(split, path, dots)


def _columns(
    epochs: Sequence[EpochFigures],
    splits: dict[str, list[float]],
    x_of: Sequence[float],
    form: Callable[[float], str],
) -> Iterator[Column]:
    width = (_WIDTH - _LEFT - _RIGHT) / len(epochs)
    for n, epoch in enumerate(epochs):
        values = ", ".join(f"{split} {form(values[n])}" for split, values in splits.items())
        left = max(_LEFT, x_of[n] - width / 2)
        yield Column(
            round(left, 1), round(min(width, _WIDTH - left), 1), f"Epoch {epoch.number}: {values}"
        )


def _x_places(epochs: int) -> list[float]:
    inner = _WIDTH - _LEFT - _RIGHT
    if epochs == 1:
        return [_LEFT + inner / 2]
    margin = min(16.0, inner / epochs / 2)
    return [
        round(_LEFT + margin + n * (inner - 2 * margin) / (epochs - 1), 1) for n in range(epochs)
    ]


def _scale(
    values: Sequence[float], least: float | None, most: float | None
) -> tuple[float, float, float]:
    """Step between ticks and both ends of an axis, of which one may be given."""
    low = min(values, default=0.0) if least is None else least
    high = max(values, default=1.0) if most is None else most
    if high <= low:
        low, high = (high - 1, high) if least is None else (low, low + 1)
    step = _round_step((high - low) / (_MOST_TICKS - 1))
    if most is None:
        high = low + step * math.ceil((high - low) / step - 1e-9)
    else:
        low = high - step * math.ceil((high - low) / step - 1e-9)
    return step, low, high


def _round_step(step: float) -> float:
    """The next larger of 1, 2, 2.5, 5, 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= step * (1 - 1e-9))


def _tick_text(value: float, is_share: bool, step: float) -> str:
    if is_share:
        return shown_values.percent(value, 0 if step >= 0.01 else 1)
    return f"{value:.{max(0, math.ceil(-math.log10(step)))}f}" if step < 1 else f"{value:g}"
