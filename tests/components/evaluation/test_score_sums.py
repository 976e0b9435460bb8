"""The sums that the gate's metrics come from, against scikit-learn; without TensorFlow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import (
    f1_score,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

from components.evaluation.score_sums import ScoreSums, average, predict

CLASSES = 6


def sum_up(labels: np.ndarray, scores: np.ndarray) -> ScoreSums:
    sums = ScoreSums.empty(scores.shape[1])
    for label, row in zip(labels, scores, strict=True):
        sums.add(int(label), row)
    return sums


def make_rows(count: int, seed: int, classes: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Labels out of `classes`, and scores that favour them a little."""
    generator = np.random.default_rng(seed)
    labels = generator.choice(classes, count)
    logits = generator.normal(size=[count, CLASSES])
    logits[np.arange(count), labels] += 1
    logits[:, 5] = -9  # never predicted
    return labels, np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


# Class 4 has no rows at first, class 5 is never predicted; then both at once, in class 5 alone.
@pytest.mark.parametrize("classes", [[0, 1, 2, 3, 5], [0, 1], [5]])
def test_metrics_are_those_of_scikit_learn(classes: list[int]):
    labels, scores = make_rows(300, seed=len(classes), classes=classes)
    sums, predicted = sum_up(labels, scores), scores.argmax(axis=1)
    averages = average(sums.confusion)
    expected = precision_recall_fscore_support(
        labels, predicted, average="weighted", zero_division=0
    )
    assert (
        averages.weighted_precision,
        averages.weighted_recall,
        averages.weighted_f1,
    ) == pytest.approx(expected[:3])
    macro = f1_score(labels, predicted, average="macro", zero_division=0)
    assert averages.macro_f1 == pytest.approx(macro)
    every = range(CLASSES)
    assert sums.in_top_3 / 300 == pytest.approx(
        top_k_accuracy_score(labels, scores, k=3, labels=every)
    )
    assert sums.cross_entropy / 300 == pytest.approx(log_loss(labels, scores, labels=every))
    assert sums.hits == (labels == predicted).sum()
    assert (sums.unlabelled, sums.invalid) == (0, 0)


def test_sums_of_parts_merge_to_those_of_the_whole():
    labels, scores = make_rows(60, seed=1, classes=[0, 1, 2])
    whole, part = sum_up(labels, scores), sum_up(labels[:20], scores[:20])
    part.merge(sum_up(labels[20:], scores[20:]))
    assert part.cross_entropy == pytest.approx(whole.cross_entropy)
    assert (part.rows, part.in_top_3) == (whole.rows, whole.in_top_3)
    np.testing.assert_allclose(part.confusion, whole.confusion)
    np.testing.assert_allclose(part.calibration, whole.calibration)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    # Four rows at 0.9, three of them right; two at 0.6, both right.
    scores = np.array([[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2)
    sums = sum_up(np.array([0, 0, 0, 1, 1, 1]), scores)
    assert sums.calibration_error() == pytest.approx((4 * 0.15 + 2 * 0.4) / 6)


@pytest.mark.parametrize(
    "scores", [[math.nan, 0.5, 0.5], [math.inf, 0, 0], [-0.1, 0.6, 0.5], [0.5, 0.6, 0.5]]
)
def test_scores_that_are_no_probabilities_are_counted(scores: list[float]):
    sums = sum_up(np.array([0]), np.array([scores]))
    assert sums.invalid == 1
    assert math.isfinite(sums.cross_entropy)


def test_a_row_without_a_prediction_is_wrong():
    scores = np.array([math.nan, 0.5, 0.5])
    assert predict(scores) == 3
    sums = sum_up(np.array([0]), scores[np.newaxis])
    assert (sums.hits, sums.in_top_3) == (0, 0)
    assert sums.confusion[0].tolist() == [0, 0, 0, 1]


def test_a_class_that_the_model_does_not_know_counts_as_wrong():
    sums = sum_up(np.array([-1]), np.array([[0.2, 0.8]]))
    assert (sums.rows, sums.unlabelled, sums.hits, sums.in_top_3) == (1, 1, 0, 0)
    assert sums.calibration[:, 2].sum() == 0


def test_equal_scores_rank_as_clients_see_them():
    """In the order of the class ids, so a model that scores all classes alike is no good model."""
    uniform = np.full([CLASSES, CLASSES], 1 / CLASSES)
    sums = sum_up(np.arange(CLASSES), uniform)
    assert (sums.hits, sums.in_top_3) == (1, 3)
