"""The gate's configuration: the policy as TFMA's EvalConfig."""

from __future__ import annotations

import json

import tensorflow_model_analysis as tfma

from components.evaluation import metric_names as names
from components.evaluation import metrics
from components.evaluation.confidence_bounds import shared_confidence
from components.evaluation.policy import GatePolicy
from components.preprocessing import features
from components.serving.served_classifier import (
    EXAMPLES_SIGNATURE,
    SCORES_OUTPUT,
    TRANSFORM_SIGNATURE,
)

CANDIDATE = "candidate"
BASELINE = "baseline"

WHOLE_SPLIT = tfma.SlicingSpec()
EVERY_CLASS = tfma.SlicingSpec(feature_keys=[features.CLASS_NAME])
_BASELINE_RULES = (names.TOP_1_CHANGE_POSSIBLE, names.CLASS_TOP_1_CHANGE_POSSIBLE)


def make_eval_config(policy: GatePolicy, classes: int) -> tfma.EvalConfig:
    """What the Evaluator measures, and what a candidate has to reach.

    Args:
        policy: the bounds.
        classes: number of classes, among which the rules on classes share their risk of error.
    """
    model = {
        "signature_name": EXAMPLES_SIGNATURE,
        "prediction_key": SCORES_OUTPUT,
        "label_key": features.LABEL,
        "preprocessing_function_names": [TRANSFORM_SIGNATURE],
    }
    evidence = {
        "class_confidence": shared_confidence(policy.confidence, classes),
        "min_class_rows": policy.min_class_rows,
    }
    return tfma.EvalConfig(
        model_specs=[
            tfma.ModelSpec(name=CANDIDATE, **model),
            tfma.ModelSpec(name=BASELINE, is_baseline=True, **model),
        ],
        slicing_specs=[
            WHOLE_SPLIT,
            EVERY_CLASS,
            *(
                tfma.SlicingSpec(feature_values={feature: name})
                for feature, name in features.SLICES.items()
            ),
        ],
        metrics_specs=[
            tfma.MetricsSpec(
                metrics=[
                    _metric(metrics.ClassificationMetrics, **evidence),
                    _metric(metrics.PairedChange, confidence=policy.confidence, **evidence),
                ],
                per_slice_thresholds={
                    metric: tfma.PerSliceMetricThresholds(
                        thresholds=[
                            tfma.PerSliceMetricThreshold(
                                slicing_specs=[rows],
                                threshold=tfma.MetricThreshold(value_threshold=bound),
                            )
                        ]
                    )
                    for metric, (rows, bound) in _rules(policy).items()
                },
            )
        ],
    )


def without_baseline(config: tfma.EvalConfig) -> tfma.EvalConfig:
    """The configuration for a candidate that there is nothing to compare with."""
    alone = tfma.EvalConfig()
    alone.CopyFrom(config)
    del alone.model_specs[1:]
    for spec in alone.metrics_specs:
        for name in _BASELINE_RULES:
            spec.per_slice_thresholds.pop(name, None)
    return alone


def _rules(
    policy: GatePolicy,
) -> dict[str, tuple[tfma.SlicingSpec, tfma.GenericValueThreshold]]:
    """Rows and bound of every rule, by the name of its metric.

    A bound without slices would hold on every slice, and one rare category would block everything.
    """
    return {
        names.TOP_1: (WHOLE_SPLIT, _at_least(policy.min_top_1)),
        names.TOP_3: (WHOLE_SPLIT, _at_least(policy.min_top_3)),
        names.MACRO_F1: (WHOLE_SPLIT, _at_least(policy.min_macro_f1)),
        names.CALIBRATION_ERROR: (WHOLE_SPLIT, _at_most(policy.max_calibration_error)),
        names.UNLABELLED: (WHOLE_SPLIT, _at_most(0.0)),
        names.INVALID_SCORES: (WHOLE_SPLIT, _at_most(0.0)),
        names.TOP_1_CHANGE_POSSIBLE: (WHOLE_SPLIT, _at_least(-policy.max_drop_top_1)),
        names.CLASS_TOP_1_POSSIBLE: (EVERY_CLASS, _at_least(policy.min_class_top_1)),
        names.CLASS_TOP_1_CHANGE_POSSIBLE: (
            EVERY_CLASS,
            _at_least(-policy.max_class_drop_top_1),
        ),
    }


def _at_least(bound: float) -> tfma.GenericValueThreshold:
    return tfma.GenericValueThreshold(lower_bound={"value": bound})


def _at_most(bound: float) -> tfma.GenericValueThreshold:
    return tfma.GenericValueThreshold(upper_bound={"value": bound})


def _metric(metric: type[tfma.metrics.Metric], **options: float) -> tfma.MetricConfig:
    return tfma.MetricConfig(
        class_name=metric.__name__, module=metrics.__name__, config=json.dumps(options)
    )
