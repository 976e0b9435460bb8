"""Rows that repeat or contradict others, by the index of a run, with the places of the first."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.article.fields import CATEGORY, TEXT_FIELDS
from components.article.identity import article_words
from components.article.row import Article
from components.duplicates.counts import DuplicateCounts
from components.duplicates.row_index import RowIndexer
from components.preprocessing.taxonomy import Taxonomy

_SHOWN = 5
_TRAIN = 0


@dataclass(frozen=True)
class Pair:
    """Two rows with the same words, as 'file:line', and their categories."""

    first: str
    second: str
    first_category: str
    second_category: str


@dataclass(frozen=True)
class Repeats:
    """What was found.

    Attributes:
        counts: of all rows; a category without a class counts as one of its own.
        first_duplicates: rows with the words and the category of an earlier one.
        first_conflicts: rows with the words of an earlier one, and another category.
    """

    counts: DuplicateCounts
    first_duplicates: Sequence[Pair]
    first_conflicts: Sequence[Pair]


class RepeatSearch:
    """Takes rows one by one, a few numbers of each, and finds those with equal words.

    Args:
        files: that the rows are in.
        taxonomy: of the run.
        similarity: see `find_repeated_rows`.
    """

    def __init__(self, files: Sequence[Path], taxonomy: Taxonomy, similarity: float | None):
        self._files, self._taxonomy, self._similarity = files, taxonomy, similarity
        self._indexer = RowIndexer(with_words=similarity is not None)
        self._categories: dict[str, int] = {}
        self._labels: dict[Hashable, int] = {}
        self._file, self._line = array("I"), array("Q")

    def add(self, file: int, line: int, article: Article) -> None:
        """Takes a row: the number of its file, its line and what it says."""
        category = article[CATEGORY]
        label = self._taxonomy.class_of.get(category, (category,))
        self._indexer.add(
            split=_TRAIN,
            category=self._categories.setdefault(category, len(self._categories)),
            label=self._labels.setdefault(label, len(self._labels)),
            identity="0",
            words=article_words(article, TEXT_FIELDS),
        )
        self._file.append(file)
        self._line.append(line)

    def finish(self) -> Repeats:
        """What was found among the rows that were added."""
        from components.duplicates.repeated_rows import find_repeated_rows

        index = self._indexer.finish()
        found = find_repeated_rows(index, "keep", self._similarity)
        _, first, group = np.unique(index.text, return_index=True, return_inverse=True)
        first_row = first[group]
        is_repeat = first_row != np.arange(len(index))
        differs = index.category != index.category[first_row]
        return Repeats(
            counts=found.counts,
            first_duplicates=self._pairs(first_row, index.category, is_repeat & ~differs),
            first_conflicts=self._pairs(first_row, index.category, differs),
        )

    def _pairs(self, first_row: np.ndarray, category: np.ndarray, chosen: np.ndarray) -> list[Pair]:
        names = list(self._categories)
        pairs = [(int(first_row[row]), int(row)) for row in np.flatnonzero(chosen)[:_SHOWN]]
        return [
            Pair(self._place(first), self._place(row), names[category[first]], names[category[row]])
            for first, row in pairs
        ]

    def _place(self, row: int) -> str:
        return f"{self._files[self._file[row]]}:{self._line[row]}"
