"""What becomes of one line of the data: an article to learn from, or why it is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from components.article.blank import is_blank
from components.article.fields import CATEGORY
from components.article.row import Article, RowError, parse_row, quoted
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.raw_row import RawRow

ACCEPTED = "accepted"
EXCLUDED = "excluded"
QUARANTINED = "quarantined"
EMPTIED = "emptied"
"""What fields of accepted rows are counted by that held no text, and were read as empty."""

UNKNOWN_CATEGORY = "unknown category"
"""Reason of rows whose category the taxonomy does not have."""


@dataclass(frozen=True)
class Outcome:
    """What became of a line.

    Attributes:
        name: accepted, excluded or quarantined.
        article: of an accepted line.
        category: of an excluded line, '' otherwise.
        reason: of a quarantined line, '' otherwise.
        emptied: fields of an accepted line that held no text, and do not need to.
    """

    name: str
    article: Article | None = None
    category: str = ""
    reason: str = ""
    emptied: tuple[str, ...] = ()

    @classmethod
    def quarantined(cls, reason: str) -> Outcome:
        """A line that cannot be used."""
        return cls(QUARANTINED, reason=reason)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What it is counted by: (outcome, category), and (EMPTIED, field) for some fields."""
        return [(self.name, self.category), *((EMPTIED, name) for name in self.emptied)]


def judge_row(
    row: RawRow,
    text_fields: Sequence[str],
    taxonomy: Taxonomy | None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Reads one row of a file of any kind; see `judge_line`."""
    if row.fault:
        return Outcome.quarantined(row.fault)
    return judge_line(row.json, text_fields, taxonomy, names)


def judge_line(
    line: bytes,
    text_fields: Sequence[str],
    taxonomy: Taxonomy | None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Reads one line.

    Args:
        line: see `parse_row`.
        text_fields: see `parse_row`.
        taxonomy: decides which categories are learnt, and which are excluded; None for rows
            to predict, whose category does not matter.
        names: see `parse_row`.
    """
    emptied: list[str] = []
    try:
        article = parse_row(
            line,
            text_fields,
            labelled=taxonomy is not None,
            on_unusable=emptied.append,
            names=names,
        )
    except RowError as error:
        return Outcome.quarantined(str(error))
    category = article[CATEGORY]
    if taxonomy and category in taxonomy.excluded:
        return Outcome(EXCLUDED, category=category)
    if taxonomy and is_blank(category):
        return Outcome.quarantined(f"field {CATEGORY!r} is empty")
    if taxonomy and category not in taxonomy.class_of:
        return Outcome.quarantined(f"{UNKNOWN_CATEGORY} {quoted(category)}")
    return Outcome(ACCEPTED, article, emptied=tuple(emptied))
