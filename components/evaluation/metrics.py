"""Metrics that TFMA lacks: averaged precision, recall and F1 as scikit-learn defines them."""

from __future__ import annotations

import numpy as np
from tensorflow_model_analysis.metrics import (
    metric_types,
    metric_util,
    multi_class_confusion_matrix_metrics,
)
from tensorflow_model_analysis.proto import config_pb2

WEIGHTED_PRECISION = "weighted_precision"
WEIGHTED_RECALL = "weighted_recall"
WEIGHTED_F1 = "weighted_f1"
_NAMES = (WEIGHTED_PRECISION, WEIGHTED_RECALL, WEIGHTED_F1)


class WeightedAverages(metric_types.Metric):
    """Precision, recall and F1 of the likeliest class, averaged by the classes' rows.

    TFMA's own averages compare each class's score with a threshold of 0.5 and are NaN for a
    class that is never predicted. These are `sklearn.metrics.precision_recall_fscore_support`
    with `average="weighted"` and `zero_division=0`, over the confusion matrix of labels and
    likeliest classes. One metric, three keys: `weighted_precision`, `weighted_recall`,
    `weighted_f1`.
    """

    def __init__(self, name: str = "weighted_averages"):
        # Without the wrapper TFMA fails as soon as there is a baseline model.
        super().__init__(metric_util.merge_per_key_computations(_computations), name=name)


metric_types.register_metric(WeightedAverages)


def _computations(
    name: str,
    eval_config: config_pb2.EvalConfig | None = None,
    model_name: str = "",
    output_name: str = "",
    example_weighted: bool = False,
) -> metric_types.MetricComputations:
    matrices = multi_class_confusion_matrix_metrics.multi_class_confusion_matrices(
        thresholds=[0.0],
        eval_config=eval_config,
        model_name=model_name,
        output_name=output_name,
        example_weighted=example_weighted,
    )
    matrix_key = matrices[-1].keys[-1]
    keys = [
        metric_types.MetricKey(
            name=key,
            model_name=model_name,
            output_name=output_name,
            example_weighted=example_weighted,
        )
        for key in _NAMES
    ]

    def result(metrics: dict) -> dict[metric_types.MetricKey, float]:
        (matrix,) = metrics[matrix_key].values()
        return dict(zip(keys, average_by_support(matrix), strict=True))

    return [*matrices, metric_types.DerivedMetricComputation(keys=keys, result=result)]


def average_by_support(matrix: dict[tuple[int, int], float]) -> tuple[float, float, float]:
    """Precision, recall and F1, each averaged over the classes by their number of rows.

    Args:
        matrix: rows for (actual class id, predicted class id); absent pairs are 0.

    Returns:
        The three averages; a class that is never predicted has precision 0.
    """
    classes = sorted({actual for actual, _ in matrix} | {predicted for _, predicted in matrix})
    index = {class_id: position for position, class_id in enumerate(classes)}
    counts = np.zeros([len(classes), len(classes)])
    for (actual, predicted), rows in matrix.items():
        counts[index[actual], index[predicted]] += rows
    hits, support, predictions = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    precision = _divide(hits, predictions)
    recall = _divide(hits, support)
    f1 = _divide(2 * hits, support + predictions)
    weights = support / support.sum()
    return float(precision @ weights), float(recall @ weights), float(f1 @ weights)


def _divide(numerators: np.ndarray, denominators: np.ndarray) -> np.ndarray:
    return np.divide(
        numerators, denominators, out=np.zeros_like(numerators), where=denominators > 0
    )
