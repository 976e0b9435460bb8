"""The gate's configuration: the policy as TFMA's EvalConfig."""

from __future__ import annotations

import json

import tensorflow_model_analysis as tfma

from components.evaluation import metrics
from components.evaluation.confidence_bounds import shared_confidence
from components.evaluation.policy import GatePolicy
from components.evaluation.rules import RULES, Rows, Rule, Side, Unit
from components.preprocessing import features
from components.serving.signatures import Output, Signature

CANDIDATE = "candidate"
BASELINE = "baseline"

_SLICES = {
    Rows.ALL: tfma.SlicingSpec(),
    Rows.EVERY_CLASS: tfma.SlicingSpec(feature_keys=[features.CLASS_NAME]),
}


def make_eval_config(policy: GatePolicy, classes: int) -> tfma.EvalConfig:
    """What the Evaluator measures, and what a candidate has to reach.

    Args:
        policy: the bounds.
        classes: number of classes, among which the rules on classes share their risk of error.
    """
    model = {
        "signature_name": Signature.EXAMPLES,
        "prediction_key": Output.SCORES,
        "label_key": features.LABEL,
        "preprocessing_function_names": [Signature.TRANSFORM],
    }
    on_classes = {
        "class_confidence": shared_confidence(policy.confidence, classes),
        "min_class_rows": policy.min_class_rows,
    }
    return tfma.EvalConfig(
        model_specs=[
            tfma.ModelSpec(name=CANDIDATE, **model),
            tfma.ModelSpec(name=BASELINE, is_baseline=True, **model),
        ],
        slicing_specs=[
            *_SLICES.values(),
            *(
                tfma.SlicingSpec(feature_values={feature: name})
                for feature, name in features.SLICES.items()
            ),
        ],
        metrics_specs=[
            tfma.MetricsSpec(
                metrics=[
                    _metric(metrics.ClassificationMetrics, **on_classes),
                    _metric(metrics.PairedChange, confidence=policy.confidence, **on_classes),
                ],
                # A bound without slices would hold on every slice, and one rare category would
                # block everything.
                per_slice_thresholds={
                    rule.metric: tfma.PerSliceMetricThresholds(
                        thresholds=[
                            tfma.PerSliceMetricThreshold(
                                slicing_specs=[_SLICES[rule.rows]],
                                threshold=_threshold(rule.side, rule.bound_of(policy)),
                            )
                        ]
                    )
                    for rule in RULES
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
        for rule in RULES:
            if rule.unit is Unit.CHANGE:
                spec.per_slice_thresholds.pop(rule.metric, None)
    return alone


def _threshold(side: Side, bound: float) -> tfma.MetricThreshold:
    sides = {Side.LEAST: "lower_bound", Side.MOST: "upper_bound"}
    value = tfma.GenericValueThreshold(**{sides[side]: {"value": bound}})
    return tfma.MetricThreshold(value_threshold=value)


def read_bound(config: tfma.EvalConfig, rule: Rule) -> float | None:
    """The bound that a configuration sets for a rule; None where it leaves the rule out."""
    (spec,) = config.metrics_specs
    if rule.metric not in spec.per_slice_thresholds:
        return None
    (only,) = spec.per_slice_thresholds[rule.metric].thresholds
    bounds = only.threshold.value_threshold
    return (bounds.lower_bound if rule.side is Side.LEAST else bounds.upper_bound).value


def read_min_class_rows(config: tfma.EvalConfig) -> int:
    """`GatePolicy.min_class_rows` of a configuration."""
    (spec,) = config.metrics_specs
    return json.loads(spec.metrics[0].config)["min_class_rows"]


def _metric(metric: type[tfma.metrics.Metric], **options: float) -> tfma.MetricConfig:
    return tfma.MetricConfig(
        class_name=metric.__name__, module=metrics.__name__, config=json.dumps(options)
    )
