"""The gate's metrics for TFMA, which lacks them or defines them otherwise.

TFMA's averages of precision, recall and F1 compare each class's score with 0.5 and are NaN for a
class that is never predicted; its top-k metrics fail on a label that the model does not know, and
no metric of it compares two models row by row with a confidence bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from tensorflow_model_analysis.proto import config_pb2
from tensorflow_model_analysis.utils import model_util

from components.evaluation import metric_names as names
from components.evaluation.confidence_bounds import change_upper_bound, share_upper_bound
from components.evaluation.score_sums import ScoreSums, average, predict

_NO_EVIDENCE = 1.0


class ClassificationMetrics(metric_types.Metric):
    """Everything that is measured of one model: many keys, one pass.

    `example_count`; `top_1` and `top_3`, shares of rows; `cross_entropy`, in nats;
    `weighted_precision`, `weighted_recall`, `weighted_f1`, `macro_f1`, see `score_sums.average`;
    `calibration_error`; `unlabelled` and `invalid_scores`, shares of rows; `confusion` and
    `calibration`, arrays as in `ScoreSums`; and `class_top_1_possible`, for the rows of one
    class: the largest true top-1 that they leave possible.

    Args:
        class_confidence: of `class_top_1_possible`.
        min_class_rows: with fewer rows everything is possible.
    """

    def __init__(self, class_confidence: float, min_class_rows: int, name: str = "classification"):
        # Without the wrapper TFMA fails as soon as there is a baseline model.
        super().__init__(
            metric_util.merge_per_key_computations(_classification_computations),
            name=name,
            class_confidence=class_confidence,
            min_class_rows=min_class_rows,
        )


class PairedChange(metric_types.Metric):
    """How the candidate's top-1 differs from the baseline's on the same rows.

    `top_1_change`, candidate less baseline; `top_1_change_possible`, the largest true change that
    the rows leave possible; `class_top_1_change_possible`, the same for the rows of one class.

    Args:
        confidence: of `top_1_change_possible`.
        class_confidence: of `class_top_1_change_possible`.
        min_class_rows: with fewer rows of a class everything is possible.
    """

    def __init__(
        self,
        confidence: float,
        class_confidence: float,
        min_class_rows: int,
        name: str = "paired_change",
    ):
        super().__init__(
            _paired_computations,
            name=name,
            confidence=confidence,
            class_confidence=class_confidence,
            min_class_rows=min_class_rows,
        )


metric_types.register_metric(ClassificationMetrics)
metric_types.register_metric(PairedChange)


def _classification_computations(
    class_confidence: float,
    min_class_rows: int,
    name: str,
    model_name: str = "",
    output_name: str = "",
) -> metric_types.MetricComputations:
    read = _Reader(model_name, output_name)
    sums_key = read.key(f"_{name}_sums")

    def result(metrics: dict[metric_types.MetricKey, ScoreSums]) -> dict:
        sums = metrics[sums_key]
        possible = _NO_EVIDENCE
        if sums.rows >= min_class_rows:
            possible = share_upper_bound(sums.hits, sums.rows, class_confidence)
        values = {**measure(sums), names.CLASS_TOP_1_POSSIBLE: possible}
        return {read.key(metric): value for metric, value in values.items()}

    keys = [
        read.key(metric) for metric in (*measure(ScoreSums.empty(1)), names.CLASS_TOP_1_POSSIBLE)
    ]
    return [
        metric_types.MetricComputation(
            keys=[sums_key], preprocessors=None, combiner=_SumScores(sums_key, read)
        ),
        metric_types.DerivedMetricComputation(keys=keys, result=result),
    ]


def measure(sums: ScoreSums) -> dict[str, float | np.ndarray]:
    """The metrics of one model by name; see `ClassificationMetrics`."""
    rows = max(sums.rows, 1)
    return {
        names.EXAMPLE_COUNT: float(sums.rows),
        names.TOP_1: sums.hits / rows,
        names.TOP_3: sums.in_top_3 / rows,
        names.CROSS_ENTROPY: sums.cross_entropy / rows,
        **asdict(average(sums.confusion)),
        names.CALIBRATION_ERROR: sums.calibration_error(),
        names.UNLABELLED: sums.unlabelled / rows,
        names.INVALID_SCORES: sums.invalid / rows,
        names.CONFUSION: sums.confusion,
        names.CALIBRATION: sums.calibration,
    }


def _paired_computations(
    confidence: float,
    class_confidence: float,
    min_class_rows: int,
    name: str,
    eval_config: config_pb2.EvalConfig | None = None,
    model_names: list[str] | None = None,
) -> metric_types.MetricComputations:
    spec = model_util.get_baseline_model_spec(eval_config) if eval_config else None
    if spec is None:
        return []
    baseline = _Reader(spec.name)
    (candidate,) = (_Reader(model) for model in model_names or [] if model != spec.name)
    counts_key = candidate.key(f"_{name}_counts")

    def result(metrics: dict[metric_types.MetricKey, _PairedCounts]) -> dict:
        counts = metrics[counts_key]
        possible = _NO_EVIDENCE
        if counts.rows >= min_class_rows:
            possible = counts.upper_bound(class_confidence)
        return {
            candidate.key(names.TOP_1_CHANGE): (counts.better - counts.worse) / max(counts.rows, 1),
            candidate.key(names.TOP_1_CHANGE_POSSIBLE): counts.upper_bound(confidence),
            candidate.key(names.CLASS_TOP_1_CHANGE_POSSIBLE): possible,
        }

    metrics = (names.TOP_1_CHANGE, names.TOP_1_CHANGE_POSSIBLE, names.CLASS_TOP_1_CHANGE_POSSIBLE)
    return [
        metric_types.MetricComputation(
            keys=[counts_key],
            preprocessors=None,
            combiner=_ComparePairs(counts_key, candidate, baseline),
        ),
        metric_types.DerivedMetricComputation(
            keys=[candidate.key(metric) for metric in metrics], result=result
        ),
    ]


class _Reader:
    """Takes one model's label and scores from TFMA's inputs, and names its metrics."""

    def __init__(self, model_name: str, output_name: str = ""):
        self._model = model_name
        # Bounds by slice find a metric only if it says nothing about weighted examples.
        self._key: dict[str, Any] = {
            "model_name": model_name,
            "output_name": output_name,
            "example_weighted": None,
        }

    def __call__(self, inputs: metric_types.StandardMetricInputs) -> tuple[int, np.ndarray]:
        """Label, -1 where the model does not know the row's class, and scores, float [classes].

        TFMA's `to_label_prediction_example_weight` says the same of such a model, at half of the
        cost of all that is not the model's.
        """
        label, scores = self._of_model(inputs.labels), self._of_model(inputs.predictions)
        return int(np.ravel(label)[0]), np.ravel(scores)

    def _of_model(self, values: Any) -> Any:
        return values[self._model] if isinstance(values, dict) else values

    def key(self, metric: str) -> metric_types.MetricKey:
        """The key of a metric of this model."""
        return metric_types.MetricKey(name=metric, **self._key)


class _SumScores(beam.CombineFn):
    """Sums up the rows of a slice."""

    def __init__(self, key: metric_types.MetricKey, read: _Reader):
        self._key, self._read = key, read

    def create_accumulator(self) -> ScoreSums | None:
        return None  # the number of classes comes with the first row

    def add_input(
        self, sums: ScoreSums | None, inputs: metric_types.StandardMetricInputs
    ) -> ScoreSums:
        label, scores = self._read(inputs)
        sums = sums or ScoreSums.empty(len(scores))
        sums.add(label, scores)
        return sums

    def merge_accumulators(self, accumulators: Iterable[ScoreSums | None]) -> ScoreSums | None:
        merged: ScoreSums | None = None
        for sums in accumulators:
            if merged is not None and sums is not None:
                merged.merge(sums)
            merged = merged or sums
        return merged

    def extract_output(self, sums: ScoreSums | None) -> dict[metric_types.MetricKey, ScoreSums]:
        return {self._key: sums or ScoreSums.empty(1)}


@dataclass
class _PairedCounts:
    """Rows, and of those the rows that only one of two models gets right."""

    rows: int = 0
    worse: int = 0
    better: int = 0

    def upper_bound(self, confidence: float) -> float:
        return change_upper_bound(self.worse, self.better, self.rows, confidence)


class _ComparePairs(beam.CombineFn):
    """Counts the rows of a slice on which candidate and baseline differ."""

    def __init__(self, key: metric_types.MetricKey, candidate: _Reader, baseline: _Reader):
        self._key, self._candidate, self._baseline = key, candidate, baseline

    def create_accumulator(self) -> _PairedCounts:
        return _PairedCounts()

    def add_input(
        self, counts: _PairedCounts, inputs: metric_types.StandardMetricInputs
    ) -> _PairedCounts:
        is_right, was_right = (
            label == predict(scores)
            for label, scores in (self._candidate(inputs), self._baseline(inputs))
        )
        counts.rows += 1
        counts.worse += was_right and not is_right
        counts.better += is_right and not was_right
        return counts

    def merge_accumulators(self, accumulators: Iterable[_PairedCounts]) -> _PairedCounts:
        merged = _PairedCounts()
        for counts in accumulators:
            merged.rows += counts.rows
            merged.worse += counts.worse
            merged.better += counts.better
        return merged

    def extract_output(self, counts: _PairedCounts) -> dict[metric_types.MetricKey, _PairedCounts]:
        return {self._key: counts}
