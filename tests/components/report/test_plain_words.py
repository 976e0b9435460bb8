"""Broken rules, as the page says them."""

from __future__ import annotations

import math

import pytest

from components.evaluation import metric_names as names
from components.evaluation.policy import GatePolicy
from components.evaluation.rules import RULES
from components.evaluation.verdict import OVERALL, RuleResult
from components.report.plain_words import failed_rule


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


def test_every_rule_of_the_table_is_configured_and_every_bound_belongs_to_a_rule():
    from components.evaluation.gate import make_eval_config, read_bound

    config = make_eval_config(GatePolicy(), classes=2)
    (spec,) = config.metrics_specs
    assert set(spec.per_slice_thresholds) == {rule.metric for rule in RULES}
    for rule in RULES:
        assert read_bound(config, rule) == pytest.approx(rule.bound_of(GatePolicy()))
    fields = {rule.policy_field for rule in RULES if rule.policy_field}
    assert set(GatePolicy.model_fields) - fields == {"min_class_rows", "confidence"}
