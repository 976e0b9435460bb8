"""How many rows each category has, and how many rows have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.article.blank import is_blank
from components.article.fields import CATEGORY
from components.errors import DataError
from components.preprocessing.taxonomy import Taxonomy
from pipeline.data_set.judged_rows import judged_rows

_MOST_CATEGORIES = 1_000


@dataclass(frozen=True)
class CategoryCounts:
    """Rows of some files.

    Attributes:
        rows: that are not blank lines.
        of: rows by category, the largest first.
        without: rows whose category is missing, null or blank.
        unreadable: rows that a run would quarantine whatever their category.
        first_unreadable: 'file:line: reason'; '' if there is none.
    """

    rows: int
    of: Mapping[str, int]
    without: int
    unreadable: int
    first_unreadable: str

    @property
    def notes(self) -> list[str]:
        """Sentences about rows that have no category to count."""
        notes = []
        if self.without:
            notes.append(f"{self.without:,} rows have no category: a run quarantines them")
        if self.unreadable:
            what = f"{self.unreadable:,} rows cannot be read, the first: {self.first_unreadable}"
            notes.append(what)
        return notes


def count_categories(files: Sequence[Path], names: Mapping[str, str]) -> CategoryCounts:
    """Reads all rows.

    Args:
        files: of this machine.
        names: see `parse_row`.

    Raises:
        DataError: there is no row, none with a category, or so many categories that they are none;
            see also `judged_rows`.
        NewscatError: a file cannot be read.
    """
    of: Counter[str] = Counter()
    rows = without = unreadable = 0
    first_unreadable = ""
    shown = ", ".join(map(str, files))
    for row in judged_rows(files, Taxonomy({}), names):
        rows += 1
        if row.article is None:
            unreadable += 1
            place = f"{files[row.file]}:{row.line}"
            first_unreadable = first_unreadable or f"{place}: {row.outcome.reason}"
        elif not is_blank(row.article[CATEGORY]):
            of[row.article[CATEGORY]] += 1
        else:
            without += 1
        if len(of) > _MOST_CATEGORIES:
            raise DataError(
                f"{shown}: the first {rows:,} rows have more than {_MOST_CATEGORIES:,} different "
                f"categories; does the field {CATEGORY!r} hold one?"
            )
    if not of:
        first = f"; the first: {first_unreadable}" if first_unreadable else ""
        raise DataError(f"{shown}: none of {rows:,} rows has a category{first}")
    return CategoryCounts(rows, dict(of.most_common()), without, unreadable, first_unreadable)
