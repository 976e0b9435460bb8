"""From TFMA's results to the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow_model_analysis as tfma

from components.evaluation import metric_names as names
from components.evaluation.gate import read_bound, read_min_class_rows
from components.evaluation.rules import RULES, Rows
from components.evaluation.score_sums import CALIBRATION_BINS
from components.evaluation.verdict import (
    OVERALL,
    CalibrationBin,
    Comparison,
    Measurements,
    RuleResult,
    Verdict,
)
from components.preprocessing import features

# Metric values, floats or arrays, by slice and metric name.
_Slices = Mapping[str, Mapping[str, Any]]


def read_results(evaluation_uri: str, comparison: Comparison) -> Verdict:
    """Reads what TFMA measured and decided.

    Args:
        evaluation_uri: folder of an Evaluation artifact.
        comparison: of the models that were measured.
    """
    validation = tfma.load_validation_result(evaluation_uri)
    config = tfma.load_eval_result(evaluation_uri).config
    candidate: _Slices = {}
    baseline: _Slices | None = None
    for spec in config.model_specs:
        # TFMA drops the names where there is only one model.
        slices = _read_slices(tfma.load_eval_result(evaluation_uri, model_name=spec.name))
        if spec.is_baseline:
            baseline = slices
        else:
            candidate = slices
    failures = {
        (_slice_of(per_slice.slice_key), failure.metric_key.name)
        for per_slice in validation.metric_validations_per_slice
        for failure in per_slice.failures
    }
    return Verdict(
        blessed=validation.validation_ok,
        rules=list(_apply_rules(config, candidate, baseline or {}, failures)),
        candidate=_measurements(candidate),
        baseline=None if baseline is None else _measurements(baseline),
        comparison=comparison,
        too_small=_classes_too_small(config, candidate),
    )


def _read_slices(result: tfma.EvalResult) -> _Slices:
    """The values, without TFMA's own differences to the baseline."""
    slices = {}
    for slice_key, outputs in result.slicing_metrics:
        values = {
            metric: _value(value)
            for metric, value in outputs[""][""].items()
            if not metric.endswith("_diff")
        }
        slices[str(slice_key[0][1]) if slice_key else OVERALL] = values
    return slices


def _value(value: Mapping[str, Any]) -> float | np.ndarray:
    array = value.get("arrayValue")
    if array is None:
        return float(value.get("doubleValue", math.nan))
    numbers = np.array(array.get("float64Values", array.get("float32Values", [])), np.float64)
    return numbers.reshape(array["shape"])


def _slice_of(slice_key: Any) -> str:
    return next((key.bytes_value.decode() for key in slice_key.single_slice_keys), OVERALL)


def _measurements(slices: _Slices) -> Measurements:
    numbers = {
        name: {metric: value for metric, value in values.items() if isinstance(value, float)}
        for name, values in slices.items()
    }
    named = {OVERALL, *features.SLICES.values()}
    whole = slices[OVERALL]
    return Measurements(
        overall=numbers[OVERALL],
        by_class={name: values for name, values in numbers.items() if name not in named},
        by_slice={name: numbers[name] for name in features.SLICES.values() if name in numbers},
        confusion=whole[names.CONFUSION][:, :-1].astype(np.int64),
        calibration=[
            CalibrationBin(
                low=number / CALIBRATION_BINS,
                high=(number + 1) / CALIBRATION_BINS,
                rows=int(rows),
                mean_confidence=confidence / max(rows, 1),
                accuracy=right / max(rows, 1),
            )
            for number, (rows, confidence, right) in enumerate(whole[names.CALIBRATION])
        ],
    )


def _class_names(slices: _Slices) -> set[str]:
    return set(slices) - {OVERALL, *features.SLICES.values()}


def _classes_too_small(config: tfma.EvalConfig, candidate: _Slices) -> dict[str, int]:
    """Rows of the classes that have too few of them for the rules on classes."""
    least = read_min_class_rows(config)
    rows = {name: int(candidate[name][names.EXAMPLE_COUNT]) for name in _class_names(candidate)}
    return {name: count for name, count in sorted(rows.items()) if count < least}


def _apply_rules(
    config: tfma.EvalConfig,
    candidate: _Slices,
    baseline: _Slices,
    failures: set[tuple[str, str]],
) -> Iterator[RuleResult]:
    judged = sorted(_class_names(candidate) - set(_classes_too_small(config, candidate)))
    for rule in RULES:
        bound = read_bound(config, rule)
        if bound is None:
            continue
        for name in judged if rule.rows is Rows.EVERY_CLASS else [OVERALL]:
            yield RuleResult(
                metric=rule.metric,
                slice=name,
                kind=rule.side.value,
                value=candidate[name][rule.metric],
                bound=bound,
                baseline=baseline.get(name, {}).get(rule.baseline_metric),
                passed=(name, rule.metric) not in failures,
            )
