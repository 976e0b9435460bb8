"""What the gate measures of one model on some rows, summed up row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

CALIBRATION_BINS = 15  # as Guo et al. 2017
_SMALLEST_PROBABILITY = 1e-7
_SUM_TOLERANCE = 1e-3


@dataclass
class ScoreSums:
    """Sums over rows; `merge` adds those of other rows.

    Attributes:
        rows: how many.
        in_top_3: rows whose class is among the three likeliest.
        cross_entropy: sum of the losses, in nats.
        unlabelled: rows whose class the model does not know.
        invalid: rows whose scores are no probabilities: not finite, negative, or not adding up
            to 1 within 0.001.
        confusion: rows by actual and predicted class, float64 [classes, classes + 1]; the last
            column is for rows whose scores name no class. Unlabelled rows are in none.
        calibration: float64 [bins, 3], by the likeliest class's probability: rows, sum of those
            probabilities, rows that are right.
    """

    rows: int
    in_top_3: int
    cross_entropy: float
    unlabelled: int
    invalid: int
    confusion: np.ndarray
    calibration: np.ndarray

    @classmethod
    def empty(cls, classes: int) -> ScoreSums:
        """Of no rows."""
        return cls(
            0, 0, 0.0, 0, 0, np.zeros([classes, classes + 1]), np.zeros([CALIBRATION_BINS, 3])
        )

    def add(self, label: int, scores: np.ndarray) -> None:
        """Adds a row: its class id, or -1, and the scores of all classes, float [classes]."""
        self.rows += 1
        self.invalid += not _are_probabilities(scores)
        predicted = predict(scores)
        is_known = 0 <= label < len(scores)
        if is_known:
            score = float(scores[label])
            rank = np.count_nonzero(scores > score) + np.count_nonzero(scores[:label] == score)
            self.in_top_3 += int(not math.isnan(score) and rank < 3)
            probability = score if math.isfinite(score) else 0.0
            self.cross_entropy -= math.log(max(probability, _SMALLEST_PROBABILITY))
            self.confusion[label, predicted] += 1
        else:
            self.unlabelled += 1
            self.cross_entropy -= math.log(_SMALLEST_PROBABILITY)
        if predicted < len(scores):
            confidence = min(max(float(scores[predicted]), 0.0), 1.0)
            bin_ = min(int(confidence * CALIBRATION_BINS), CALIBRATION_BINS - 1)
            self.calibration[bin_] += (1, confidence, is_known and predicted == label)

    def merge(self, other: ScoreSums) -> None:
        """Adds the rows of `other`."""
        self.rows += other.rows
        self.in_top_3 += other.in_top_3
        self.cross_entropy += other.cross_entropy
        self.unlabelled += other.unlabelled
        self.invalid += other.invalid
        self.confusion = self.confusion + other.confusion
        self.calibration = self.calibration + other.calibration

    @property
    def hits(self) -> float:
        """Rows whose likeliest class is theirs."""
        return float(np.trace(self.confusion))

    def calibration_error(self) -> float:
        """Expected calibration error (Guo et al. 2017, equation 3)."""
        rows, confidence, right = self.calibration.T
        return float(np.abs(confidence - right).sum() / max(rows.sum(), 1))


def predict(scores: np.ndarray) -> int:
    """The likeliest class's id, the first of several; the number of classes where there is none."""
    return len(scores) if np.isnan(scores).any() else int(np.argmax(scores))


def _are_probabilities(scores: np.ndarray) -> bool:
    return bool(
        np.isfinite(scores).all()
        and (scores >= 0).all()
        and abs(float(scores.sum()) - 1) <= _SUM_TOLERANCE
    )


@dataclass(frozen=True)
class Averages:
    """Precision, recall and F1, averaged over classes, as scikit-learn defines them."""

    weighted_precision: float
    weighted_recall: float
    weighted_f1: float
    macro_f1: float


def average(confusion: np.ndarray) -> Averages:
    """Averages over the classes that rows have or are taken for.

    As `sklearn.metrics.precision_recall_fscore_support` with `zero_division=0`: a class that is
    never predicted has precision 0, one without rows recall 0.

    Args:
        confusion: rows by actual and predicted class, float [classes, classes + 1]; rows of the
            last column are predicted to be of none.
    """
    hits, support = np.diagonal(confusion), confusion.sum(axis=1)
    predictions = confusion.sum(axis=0)[:-1]
    precision, recall = _divide(hits, predictions), _divide(hits, support)
    f1 = _divide(2 * hits, support + predictions)
    weights = support / max(support.sum(), 1)
    occurs = (support + predictions) > 0
    return Averages(
        weighted_precision=float(precision @ weights),
        weighted_recall=float(recall @ weights),
        weighted_f1=float(f1 @ weights),
        macro_f1=float(f1[occurs].mean()) if occurs.any() else 0.0,
    )


def _divide(numerators: np.ndarray, denominators: np.ndarray) -> np.ndarray:
    return np.divide(
        numerators, denominators, out=np.zeros_like(denominators), where=denominators > 0
    )
