"""Rows that eval and test share with train, and texts that contradict each other."""

from __future__ import annotations

import io

import numpy as np

from components.duplicates.counts import Conflicts
from components.duplicates.repeated_rows import (
    CONFLICT,
    IN_EVAL,
    NEAR_TWIN,
    REASONS,
    SAME_ARTICLE,
    SAME_TEXT,
    RepeatedRows,
    find_repeated_rows,
)
from components.duplicates.row_index import RowIndex, RowIndexer

TRAIN, EVAL, TEST = range(3)
LONG = "one two three four five six seven eight nine ten"


def index(*rows: tuple[int, str, str] | tuple[int, str, str, int, int]) -> RowIndex:
    """Rows of split, identity, words, and category and class if they matter."""
    indexer = RowIndexer(with_words=True)
    for split, identity, words, *labels in rows:
        category, label = labels or (0, 0)
        indexer.add(split, category, label, f"{ord(identity):016x}{0:016x}", words.split())
    return indexer.finish()


def find(
    rows: RowIndex, conflicts: Conflicts = "keep", similarity: float | None = 0.8
) -> RepeatedRows:
    return find_repeated_rows(rows, conflicts, similarity)


def reasons(found: RepeatedRows) -> list[str]:
    return [REASONS[number - 1] if number else "" for number in found.left_out]


def test_held_out_rows_that_train_has_too_are_left_out_and_train_stays():
    rows = index(
        (TRAIN, "a", LONG),
        (EVAL, "b", LONG),
        (TEST, "c", f"{LONG} eleven"),
        (TEST, "d", "something else"),
        (TRAIN, "e", "first words"),
        (TEST, "e", "other words altogether"),
        (TRAIN, "f", f"{LONG} twelve"),
    )
    found = find(rows)
    assert reasons(found) == ["", SAME_TEXT, NEAR_TWIN, "", "", SAME_ARTICLE, ""]
    assert (found.counts.exact, found.counts.near) == (1, 4)


def test_an_article_that_stopped_training_early_judges_no_model():
    rows = index((EVAL, "a", "older version"), (TEST, "a", "newer text"), (TRAIN, "b", "x"))
    assert reasons(find(rows)) == ["", IN_EVAL, ""]


def test_repeats_within_the_held_out_rows_stay():
    rows = index((EVAL, "a", LONG), (EVAL, "b", LONG), (TEST, "c", LONG), (TRAIN, "d", "x"))
    assert not find(rows).left_out.any()


def test_equal_texts_are_found_without_the_search_for_near_ones():
    rows = index((TRAIN, "a", LONG), (TEST, "b", LONG), (TEST, "c", f"{LONG} eleven"))
    found = find(rows, similarity=None)
    assert reasons(found) == ["", SAME_TEXT, ""]
    assert found.counts.near is None


def test_conflicts_are_counted_by_category_and_ruled_by_class():
    rows = index(
        (TRAIN, "a", "same text", 1, 1),
        (TRAIN, "b", "same text", 1, 1),
        (TRAIN, "c", "same text", 2, 2),
        (TRAIN, "d", "merged", 3, 3),
        (TRAIN, "e", "merged", 4, 3),
        (TRAIN, "f", "even", 1, 1),
        (TRAIN, "g", "even", 2, 2),
    )
    kept = find(rows)
    assert not kept.left_out.any()
    assert (kept.counts.two_categories, kept.counts.two_classes) == (7, 5)
    assert reasons(find(rows, "drop")) == [CONFLICT] * 3 + ["", ""] + [CONFLICT] * 2
    assert reasons(find(rows, "majority")) == ["", "", CONFLICT, "", "", CONFLICT, CONFLICT]


def test_what_is_dropped_from_train_leaks_no_more():
    rows = index((TRAIN, "a", LONG, 1, 1), (TRAIN, "b", LONG, 2, 2), (TEST, "c", f"{LONG} x", 1, 1))
    assert reasons(find(rows, "drop")) == [CONFLICT, CONFLICT, ""]


def test_an_index_is_read_as_written_and_joined_in_order():
    parts = [index((TRAIN, "a", LONG)), index(), index((TEST, "b", "x y", 5, 4), (EVAL, "c", ""))]
    read = []
    for part in parts:
        file = io.BytesIO()
        part.save(file)
        read.append(RowIndex.load(io.BytesIO(file.getvalue())))
    joined = RowIndex.join(read)
    assert len(joined) == 3
    assert joined.category.tolist() == [0, 5, 0]
    assert np.diff(joined.offsets).tolist() == [10, 2, 0]
    assert joined.words[10:].tolist() == parts[2].words.tolist()
