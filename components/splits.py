"""The names of the splits, and which of them a model is judged on."""

from __future__ import annotations

from collections.abc import Collection

TRAIN = "train"
EVAL = "eval"
TEST = "test"
BATCH = "batch"

LEARNING = (TRAIN, EVAL, TEST)
"""Splits of rows with a category, in the order in which they are shown.

Train teaches, eval stops training early and draws the learning curves, test is what a model is
judged on.
"""


def judged_split(splits: Collection[str]) -> str:
    """The split that the gate, the serving check and the report measure a model on.

    Args:
        splits: of the run; without a test split it is eval, which early stopping has used.
    """
    return TEST if TEST in splits else EVAL
