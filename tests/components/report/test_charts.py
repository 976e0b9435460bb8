"""The geometry of the charts, and lengths in tokens."""

from __future__ import annotations

import math

from components.evaluation.verdict import CalibrationBin
from components.report.content import CategoryRows, Confusion, EpochFigures
from components.report.matrix import largest_mix_ups
from components.report.merged_classes import merge
from components.report.reliability_chart import reliability_chart
from components.report.token_lengths import measure_lengths
from components.report.training_chart import training_charts


def epoch(number: int, loss: float) -> EpochFigures:
    values = {"loss": loss, "top_1": 0.5, "top_3": 0.9}
    return EpochFigures(number, values, values, None)


def test_a_curve_breaks_where_a_value_is_no_number():
    chart = training_charts([epoch(1, 2.0), epoch(2, math.nan), epoch(3, 1.0), epoch(4, 0.5)])[0]
    path = chart.lines[0].path
    assert [part.count("L") for part in path.split("M")[1:]] == [0, 1]
    assert len(chart.lines[0].dots) == 3
    assert "nan" not in path


def test_every_point_and_tick_lies_within_the_axes():
    for losses in ([2.3], [0.0, 0.0], [1e-4, 3e-4], [900.0, 7.0], [math.nan]):
        for chart in training_charts([epoch(n, loss) for n, loss in enumerate(losses, start=1)]):
            heights = [tick.at for tick in chart.y_ticks]
            heights += [y for line in chart.lines for _, y in line.dots]
            assert min(heights) >= chart.top - 0.1 and max(heights) <= chart.bottom + 0.1
            assert len({tick.text for tick in chart.y_ticks}) == len(chart.y_ticks) <= 8


def test_a_well_calibrated_bin_lies_on_the_diagonal_and_empty_bins_are_left_out():
    chart = reliability_chart(
        [CalibrationBin(0.0, 0.5, 0, 0.0, 0.0), CalibrationBin(0.5, 1.0, 8, 0.7, 0.7)]
    )
    assert chart is not None
    (dot,) = chart.dots
    assert dot.y == dot.ideal_y
    assert chart.left < dot.x < chart.right and chart.top < dot.y < chart.bottom


def test_mix_ups_are_counted_by_actual_class_without_the_diagonal():
    found = largest_mix_ups(Confusion(["A", "B", "C"], [[9, 1, 0], [4, 4, 0], [0, 0, 0]]))
    assert [(m.actual, m.predicted, m.rows, m.of_actual) for m in found] == [
        ("B", "A", 4, 0.5),
        ("A", "B", 1, 0.1),
    ]


def test_merged_classes_add_their_categories_up():
    merged = merge(
        [CategoryRows("a", "X", 1), CategoryRows("b", "Y", 4), CategoryRows("c", "X", 2)]
    )
    assert [(m.name, m.rows, [p.name for p in m.parts]) for m in merged] == [
        ("Y", 4, ["b"]),
        ("X", 3, ["c", "a"]),
    ]


def test_token_lengths():
    lengths = measure_lengths([*range(1, 100), 128], max_length=128)
    assert dict(lengths.quantiles) == {"median": 50, "95 %": 95, "99 %": 99, "longest": 128}
    assert lengths.at_most == 1
    assert sum(rows for *_, rows in lengths.bins) == 100
    assert lengths.bins[-1][0] <= 128 <= lengths.bins[-1][1]
