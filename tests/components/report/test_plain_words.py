"""Broken rules, as the page says them."""

from __future__ import annotations

import math

import pytest

from components.evaluation import metric_names as names
from components.evaluation.policy import GatePolicy
from components.evaluation.verdict import OVERALL, RuleResult
from components.report.plain_words import METRIC_WORDS, failed_rule


@pytest.mark.parametrize(
    ("metric", "rows", "value", "bound", "baseline", "words"),
    [
        (names.MACRO_F1, OVERALL, 0.4, 0.5, 0.6, "Macro F1 is 40.0 %, and at least 50.0 %"),
        (names.CALIBRATION_ERROR, OVERALL, 0.2, 0.1, None, "at most 10.0 % is allowed"),
        (names.CLASS_TOP_1_POSSIBLE, "CRIME", 0.01, 0.05, None, "CRIME: top-1 is 1.0 % at best"),
        (
            names.TOP_1_CHANGE_POSSIBLE,
            OVERALL,
            -0.021,
            -0.005,
            0.8,
            "at best it changed by −2.1 points, and −0.5 points is the limit "
            "(the baseline's top-1 is 80.0 %)",
        ),
        (names.TOP_1, OVERALL, math.nan, 0.5, None, "Top-1 is no number"),
        ("brand_new", OVERALL, 0.1, 0.5, None, "brand_new is 0.1000, at least 0.5 is needed"),
    ],
)
def test_a_broken_rule_is_a_sentence(
    metric: str, rows: str, value: float, bound: float, baseline: float | None, words: str
):
    assert words in failed_rule(RuleResult(metric, rows, "least", value, bound, baseline, False))


def test_every_rule_that_the_gate_knows_has_words():
    from components.evaluation.gate import make_eval_config

    (spec,) = make_eval_config(GatePolicy(), classes=2).metrics_specs
    assert set(spec.per_slice_thresholds) == set(METRIC_WORDS)
