"""The averaged metrics equal scikit-learn's, empty and never-predicted classes included."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from components.evaluation.metrics import average_by_support

CASES = {
    "random": (np.arange(300) % 7, np.random.default_rng(1).integers(0, 7, 300)),
    "a class never predicted": (np.array([0, 1, 2, 2]), np.array([0, 0, 0, 0])),
    "a predicted class without rows": (np.array([0, 0, 1]), np.array([3, 0, 1])),
    "one class only": (np.array([5, 5]), np.array([5, 5])),
    "all wrong": (np.array([0, 1]), np.array([1, 0])),
}


@pytest.mark.parametrize("case", CASES)
def test_averages_are_scikit_learn_s(case: str):
    actual, predicted = CASES[case]
    matrix = Counter(zip(actual.tolist(), predicted.tolist(), strict=True))
    expected = precision_recall_fscore_support(
        actual, predicted, average="weighted", zero_division=0
    )
    assert average_by_support(matrix) == pytest.approx(expected[:3])
