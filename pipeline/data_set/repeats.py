"""Rows that repeat a text of an earlier row, found by hashes, so that no text is kept."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.article.fields import CATEGORY, TEXT_FIELDS
from components.article.row import Article, joined_text

_SHOWN = 5


@dataclass(frozen=True)
class Pair:
    """Two rows with one text, as 'file:line', and their categories."""

    first: str
    second: str
    first_category: str
    second_category: str


@dataclass(frozen=True)
class Repeats:
    """What was found among all rows that can be read.

    Attributes:
        duplicates: rows with the text of an earlier row, whatever its case and white space.
        conflicts: rows whose text another row has with another category.
        first_duplicates: some of the former, each with the row that it repeats.
        first_conflicts: some of the latter, likewise.
    """

    duplicates: int
    conflicts: int
    first_duplicates: Sequence[Pair]
    first_conflicts: Sequence[Pair]


class RepeatSearch:
    """Takes rows one by one, 24 bytes of each, and finds those with equal texts.

    Args:
        files: that the rows are in.
    """

    def __init__(self, files: Sequence[Path]):
        self._files = files
        self._categories: dict[str, int] = {}
        self._text, self._category = array("Q"), array("I")
        self._file, self._line = array("I"), array("Q")

    def add(self, file: int, line: int, article: Article) -> None:
        """Takes a row: the number of its file, its line and what it says."""
        key = " ".join(joined_text(article, TEXT_FIELDS).casefold().split())
        digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
        self._text.append(int.from_bytes(digest, "big"))
        number = self._categories.setdefault(article[CATEGORY], len(self._categories))
        self._category.append(number)
        self._file.append(file)
        self._line.append(line)

    def finish(self) -> Repeats:
        """What was found among the rows that were added."""
        text, category = np.array(self._text), np.array(self._category)
        _, first, group = np.unique(text, return_index=True, return_inverse=True)
        first_row = first[group]
        is_repeat = first_row != np.arange(len(text))
        differs = category != category[first_row]
        has_several = np.zeros(len(first), bool)
        has_several[group[differs]] = True
        return Repeats(
            duplicates=int(is_repeat.sum()),
            conflicts=int(has_several[group].sum()),
            first_duplicates=self._pairs(first_row, np.flatnonzero(is_repeat & ~differs)),
            first_conflicts=self._pairs(first_row, np.flatnonzero(differs)),
        )

    def _pairs(self, first_row: np.ndarray, rows: np.ndarray) -> list[Pair]:
        names = list(self._categories)
        pairs = [(int(first_row[row]), int(row)) for row in rows[:_SHOWN]]
        return [
            Pair(
                self._place(one),
                self._place(other),
                names[self._category[one]],
                names[self._category[other]],
            )
            for one, other in pairs
        ]

    def _place(self, row: int) -> str:
        return f"{self._files[self._file[row]]}:{self._line[row]}"
