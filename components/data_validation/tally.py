"""Counts the figures of rows, batch by batch, in memory that does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from components.data_validation.profile import Lengths, RowFigures
from components.nearest_rank import nearest_rank

_PERCENT = (1, 5, 25, 50, 75, 95, 99)


@dataclass(frozen=True)
class Batch:
    """Figures of some rows, each [rows]; see `components.preprocessing.features`.

    Attributes:
        category: bytes, as the data spells it.
        is_bare: whether there is no description.
        characters: of the text.
        tokens: that are kept of it.
        sub_words: before it is cut.
        words: of the text.
        whole_words: of these.
        one_case: 1 where all its letters are capital, or none is.
        day: YYYYMMDD, or 0.
    """

    category: np.ndarray
    is_bare: np.ndarray
    characters: np.ndarray
    tokens: np.ndarray
    sub_words: np.ndarray
    words: np.ndarray
    whole_words: np.ndarray
    one_case: np.ndarray
    day: np.ndarray

    def among(self, rows: np.ndarray) -> Batch:
        """Those of some rows, bool [rows]."""
        return Batch(**{name: values[rows] for name, values in vars(self).items()})


@dataclass
class Tally:
    """What has been counted so far."""

    rows: int = 0
    bare: int = 0
    sub_words: int = 0
    words: int = 0
    whole_words: int = 0
    one_case: int = 0
    categories: Counter[bytes] = field(default_factory=Counter)
    characters: Counter[int] = field(default_factory=Counter)
    tokens: Counter[int] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)

    def add(self, batch: Batch) -> None:
        """Counts the rows of a batch."""
        self.rows += len(batch.day)
        self.bare += int(batch.is_bare.sum())
        for name in ("sub_words", "words", "whole_words", "one_case"):
            setattr(self, name, getattr(self, name) + int(getattr(batch, name).sum()))
        self.categories.update(batch.category.tolist())
        for counter, values in (
            (self.characters, batch.characters),
            (self.tokens, batch.tokens),
            (self.days, batch.day),
        ):
            found, counts = np.unique(values, return_counts=True)
            counter.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))

    @classmethod
    def of_all(cls, tallies: Iterable[Tally]) -> Tally:
        """Several together."""
        total = cls()
        for tally in tallies:
            for name, value in vars(tally).items():
                setattr(total, name, getattr(total, name) + value)
        return total

    def figures(self, class_of: Mapping[str, str]) -> RowFigures | None:
        """The figures; None without rows.

        Args:
            class_of: the taxonomy's categories, all of which are to be there.
        """
        if not self.rows:
            return None
        days = {_iso(day): rows for day, rows in sorted(self.days.items()) if day}
        months: Counter[str] = Counter()
        for day, rows in days.items():
            months[day[:7]] += rows
        found = Counter({name.decode("utf-8", "replace"): n for name, n in self.categories.items()})
        return RowFigures(
            rows=self.rows,
            categories={name: found[name] for name in sorted({*class_of, *found})},
            empty_descriptions=self.bare,
            characters=_lengths(self.characters),
            tokens=_lengths(self.tokens),
            sub_words=self.sub_words,
            words=self.words,
            whole_words=self.whole_words,
            one_case=self.one_case,
            undated=self.days[0],
            first_day=min(days, default=""),
            last_day=max(days, default=""),
            months=dict(months),
        )


def _iso(day: int) -> str:
    digits = f"{day:08d}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _lengths(counter: Mapping[int, int]) -> Lengths:
    return Lengths(
        shortest=min(counter),
        longest=max(counter),
        mean=sum(value * rows for value, rows in counter.items()) / sum(counter.values()),
        quantiles={str(percent): nearest_rank(counter, percent / 100) for percent in _PERCENT},
    )
