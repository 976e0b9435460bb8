"""What the gate decided and why, read back from an Evaluation artifact."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import tensorflow_model_analysis as tfma

OVERALL = "overall"


@dataclass(frozen=True)
class RuleResult:
    """One rule of the gate, applied.

    Attributes:
        metric: name of the metric.
        slice: 'overall' or a class name.
        kind: 'value' for an absolute bound, 'change' for one against the baseline.
        value: the candidate's metric.
        bound: least value that passes; for a change, the baseline's metric less the tolerance.
        baseline: the baseline's metric, or None.
        passed: whether the rule holds.
    """

    metric: str
    slice: str
    kind: str
    value: float
    bound: float
    baseline: float | None
    passed: bool

    def __str__(self) -> str:
        relation = "reaches" if self.passed else "is below"
        text = f"{self.metric} = {self.value:.4f} {relation} {self.bound:.4f}"
        if self.kind == "change":
            text += f" (baseline {self.baseline:.4f} less the drop allowed)"
        return text


@dataclass(frozen=True)
class Verdict:
    """The gate's decision.

    Attributes:
        blessed: whether the candidate may be deployed.
        rules: every rule that applied.
        metrics: the candidate's metrics on the whole eval split, by name.
        by_class: the same for the rows of each class.
    """

    blessed: bool
    rules: list[RuleResult]
    metrics: Mapping[str, float]
    by_class: Mapping[str, Mapping[str, float]]

    @property
    def reason(self) -> str:
        """The failed rules in one line, or what was passed."""
        failed = [str(rule) for rule in self.rules if not rule.passed]
        return "; ".join(failed) or f"all {len(self.rules)} rules of the gate hold"


def read_verdict(evaluation_uri: str) -> Verdict:
    """Reads what TFMA measured and decided.

    Args:
        evaluation_uri: folder of an Evaluation artifact.
    """
    validation = tfma.load_validation_result(evaluation_uri)
    config = tfma.load_eval_result(evaluation_uri).config
    metrics, baseline = {}, {}
    for spec in config.model_specs:
        # TFMA drops the names where there is only one model.
        result = tfma.load_eval_result(evaluation_uri, model_name=spec.name)
        if spec.is_baseline:
            baseline = _metrics_by_slice(result)
        else:
            metrics = _metrics_by_slice(result)
    return Verdict(
        blessed=validation.validation_ok,
        rules=_apply_rules(config, metrics, baseline, _failures(validation)),
        metrics=metrics[OVERALL],
        by_class={name: values for name, values in metrics.items() if name != OVERALL},
    )


def _metrics_by_slice(result: tfma.EvalResult) -> dict[str, dict[str, float]]:
    """Metric values by slice name and metric name; differences to the baseline left out."""
    slices = {}
    for slice_key, outputs in result.slicing_metrics:
        name = str(slice_key[0][1]) if slice_key else OVERALL
        slices[name] = {
            metric: value["doubleValue"]
            for metric, value in outputs[""][""].items()
            if "doubleValue" in value and not metric.endswith("_diff")
        }
    return slices


def _failures(validation: tfma.ValidationResult) -> set[tuple[str, bool]]:
    """(metric, whether it is a change) of every rule that TFMA found broken on the whole split."""
    return {
        (failure.metric_key.name, failure.metric_key.is_diff)
        for per_slice in validation.metric_validations_per_slice
        for failure in per_slice.failures
    }


def _apply_rules(
    config: tfma.EvalConfig,
    metrics: Mapping[str, Mapping[str, float]],
    baseline: Mapping[str, Mapping[str, float]],
    failures: set[tuple[str, bool]],
) -> list[RuleResult]:
    rules = []
    for metric in (metric for spec in config.metrics_specs for metric in spec.metrics):
        for per_slice in metric.per_slice_thresholds:
            name = json.loads(metric.config)["name"]
            value = metrics[OVERALL].get(name, math.nan)
            before = baseline.get(OVERALL, {}).get(name)
            threshold = per_slice.threshold
            bound = threshold.value_threshold.lower_bound.value
            passed = (name, False) not in failures
            rules.append(RuleResult(name, OVERALL, "value", value, bound, before, passed))
            if threshold.HasField("change_threshold") and before is not None:
                bound = before + threshold.change_threshold.absolute.value
                passed = (name, True) not in failures
                rules.append(RuleResult(name, OVERALL, "change", value, bound, before, passed))
    return rules
