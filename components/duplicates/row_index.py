"""A few numbers of every row, by which rows are compared without their texts at hand."""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import BinaryIO

import numpy as np


@dataclass(frozen=True)
class RowIndex:
    """Rows by number.

    Attributes:
        split: place in `LEARNING` of the split that the rule puts it in, uint8 [rows].
        category: number of the category, int32 [rows].
        label: number of the class, int32 [rows].
        identity: hash of the article's identity, uint64 [rows].
        text: hash of all its words in their order, uint64 [rows].
        words: hashes of the different words of a row, ascending, uint32 [words]; empty where near
            duplicates are not searched for.
        offsets: int64 [rows + 1]; those of row i are words[offsets[i]:offsets[i + 1]].
    """

    split: np.ndarray
    category: np.ndarray
    label: np.ndarray
    identity: np.ndarray
    text: np.ndarray
    words: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.split)

    def save(self, file: BinaryIO) -> None:
        """Writes it, to be read with `load`."""
        np.savez(file, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, file: BinaryIO) -> RowIndex:
        """Reads what `save` wrote."""
        with np.load(file) as arrays:
            return cls(**arrays)

    @classmethod
    def join(cls, parts: Sequence[RowIndex]) -> RowIndex:
        """The rows of all parts, in their order."""
        joined = {
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(cls)
            if field.name != "offsets"
        }
        lengths = np.concatenate([np.diff(part.offsets) for part in parts])
        return cls(**joined, offsets=np.concatenate([[0], np.cumsum(lengths)]))


class RowIndexer:
    """Makes an index, row by row.

    Args:
        with_words: whether near duplicates will be searched for.
    """

    def __init__(self, with_words: bool):
        self._with_words = with_words
        self._split, self._category, self._label = array("B"), array("i"), array("i")
        self._identity, self._text = array("Q"), array("Q")
        self._words, self._offsets = array("I"), array("q", [0])

    def add(
        self, split: int, category: int, label: int, identity: str, words: Sequence[str]
    ) -> None:
        """Adds a row.

        Args:
            split: see `RowIndex`.
            category: see `RowIndex`.
            label: see `RowIndex`.
            identity: hexadecimal digits, see `identity_hash`.
            words: see `article_words`.
        """
        self._split.append(split)
        self._category.append(category)
        self._label.append(label)
        self._identity.append(int(identity[:16], 16))
        digest = hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest()
        self._text.append(int.from_bytes(digest, "big"))
        if self._with_words:
            self._words.extend(sorted({zlib.crc32(word.encode()) for word in words}))
        self._offsets.append(len(self._words))

    def finish(self) -> RowIndex:
        """The index of the rows that were added."""
        return RowIndex(
            split=np.array(self._split, np.uint8),
            category=np.array(self._category, np.int32),
            label=np.array(self._label, np.int32),
            identity=np.array(self._identity, np.uint64),
            text=np.array(self._text, np.uint64),
            words=np.array(self._words, np.uint32),
            offsets=np.array(self._offsets, np.int64),
        )
