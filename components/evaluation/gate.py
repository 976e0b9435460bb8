"""The gate's configuration: the policy as TFMA's EvalConfig."""

from __future__ import annotations

import json

import tensorflow_model_analysis as tfma

from components.classifier.serving import (
    EXAMPLES_SIGNATURE,
    SCORES_OUTPUT,
    TRANSFORM_SIGNATURE,
)
from components.evaluation import metrics
from components.evaluation.policy import GatePolicy
from components.preprocessing import features

CANDIDATE = "candidate"
BASELINE = "baseline"
TOP_1 = "top_1"
TOP_3 = "top_3"


def make_eval_config(policy: GatePolicy) -> tfma.EvalConfig:
    """What the Evaluator measures, and what a candidate has to reach.

    Bounds hold on the whole eval split. A threshold without slices would hold on every slice,
    and one rare category would block every model.

    Args:
        policy: the bounds.
    """
    model = {
        "signature_name": EXAMPLES_SIGNATURE,
        "prediction_key": SCORES_OUTPUT,
        "label_key": features.LABEL,
        "preprocessing_function_names": [TRANSFORM_SIGNATURE],
    }
    top_1 = tfma.MetricThreshold(
        value_threshold=_at_least(policy.min_top_1),
        change_threshold=tfma.GenericChangeThreshold(
            direction=tfma.MetricDirection.HIGHER_IS_BETTER,
            absolute={"value": -policy.max_drop_top_1},
        ),
    )
    top_3 = tfma.MetricThreshold(value_threshold=_at_least(policy.min_top_3))
    return tfma.EvalConfig(
        model_specs=[
            tfma.ModelSpec(name=CANDIDATE, **model),
            tfma.ModelSpec(name=BASELINE, is_baseline=True, **model),
        ],
        slicing_specs=[
            tfma.SlicingSpec(),
            tfma.SlicingSpec(feature_keys=[features.CLASS_NAME]),
        ],
        metrics_specs=[
            tfma.MetricsSpec(
                metrics=[
                    tfma.MetricConfig(class_name="ExampleCount"),
                    _overall("SparseCategoricalAccuracy", {"name": TOP_1}, top_1),
                    _overall("SparseTopKCategoricalAccuracy", {"k": 3, "name": TOP_3}, top_3),
                    tfma.MetricConfig(
                        class_name=metrics.WeightedAverages.__name__, module=metrics.__name__
                    ),
                ]
            )
        ],
    )


def _at_least(bound: float) -> tfma.GenericValueThreshold:
    return tfma.GenericValueThreshold(lower_bound={"value": bound})


def _overall(
    class_name: str, config: dict[str, object], threshold: tfma.MetricThreshold
) -> tfma.MetricConfig:
    """A metric with a threshold on the overall slice only."""
    return tfma.MetricConfig(
        class_name=class_name,
        config=json.dumps(config),
        per_slice_thresholds=[
            tfma.PerSliceMetricThreshold(slicing_specs=[tfma.SlicingSpec()], threshold=threshold)
        ],
    )
