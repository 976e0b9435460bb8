"""Which rows are left out of a run, for they repeat or contradict others, and how many do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from components.duplicates.counts import Conflicts, DuplicateCounts
from components.duplicates.near_twins import TwinSearch
from components.duplicates.row_index import RowIndex
from components.splits import EVAL, LEARNING, TEST, TRAIN

SAME_ARTICLE = "the same article in train"
SAME_TEXT = "the same text in train"
NEAR_TWIN = "a near twin in train"
CONFLICT = "another class for the same text"
IN_EVAL = "the same article in eval"
REASONS = (SAME_ARTICLE, SAME_TEXT, NEAR_TWIN, CONFLICT, IN_EVAL)
"""Why a row is left out; `RepeatedRows.left_out` has their numbers, from 1."""


@dataclass(frozen=True)
class RepeatedRows:
    """What was found.

    Attributes:
        left_out: number of the reason, 0 for a row that stays, uint8 [rows].
        counts: of all rows.
    """

    left_out: np.ndarray
    counts: DuplicateCounts


def find_repeated_rows(
    index: RowIndex, conflicts: Conflicts, similarity: float | None
) -> RepeatedRows:
    """Finds rows that may not be learnt from, or not be judged by.

    A row of a split beside train is left out if train has the same article, the same words or a
    near twin: never moved, for an article's split is that of its identity. A row to judge by is
    left out as well if another version of its article, of another date, is in eval.

    Args:
        index: of all rows.
        conflicts: see there.
        similarity: from which two texts are near twins; None to look for equal words alone.
    """
    _, first, text = np.unique(index.text, return_index=True, return_inverse=True)
    two_classes = _have_several(text, index.label)
    left_out = np.zeros(len(index), np.uint8)

    def leave_out(rows: np.ndarray, reason: str) -> None:
        left_out[rows & (left_out == 0)] = REASONS.index(reason) + 1

    if conflicts != "keep":
        stays = _have_majority(text, index.label) & (conflicts == "majority")
        leave_out(two_classes & ~stays, CONFLICT)
    is_train = (index.split == LEARNING.index(TRAIN)) & (left_out == 0)
    is_held_out = index.split != LEARNING.index(TRAIN)
    leave_out(is_held_out & _occur_in(index.identity, is_train), SAME_ARTICLE)
    leave_out(is_held_out & _occur_in(text, is_train), SAME_TEXT)
    is_eval = (index.split == LEARNING.index(EVAL)) & (left_out == 0)
    leave_out((index.split == LEARNING.index(TEST)) & _occur_in(index.identity, is_eval), IN_EVAL)
    near = None
    if similarity is not None:
        # Each text once, by its first row: equal ones would be candidates of one another.
        sizes = index.offsets[first + 1] - index.offsets[first]
        search = TwinSearch(index.words, index.offsets[first], sizes, similarity)
        texts, train_texts = np.unique(text[is_held_out]), np.unique(text[is_train])
        has_twin = np.zeros(len(first), bool)
        has_twin[texts] = search.find(texts, train_texts)
        leave_out(is_held_out & has_twin[text], NEAR_TWIN)
        all_texts = np.arange(len(first))
        near = int(search.find(all_texts, all_texts)[text].sum())
    counts = DuplicateCounts(
        exact=len(index) - len(first),
        near=near,
        two_categories=int(_have_several(text, index.category).sum()),
        two_classes=int(two_classes.sum()),
    )
    return RepeatedRows(left_out, counts)


def _occur_in(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Whether the value of each row is that of a chosen one, bool [rows]."""
    return np.isin(values, values[chosen])


def _have_several(text: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Whether the text of each row has several labels, bool [rows]."""
    pairs = np.unique(np.stack([text, label]), axis=1)
    return np.bincount(pairs[0])[text] > 1


def _have_majority(text: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Whether more than half of the rows with the text of each row have its label, bool [rows]."""
    pair = text.astype(np.int64) * (int(label.max(initial=0)) + 1) + label
    _, of_row, rows = np.unique(pair, return_inverse=True, return_counts=True)
    return 2 * rows[of_row] > np.bincount(text)[text]
