"""What becomes of one line of the data: an article to learn from, or why it is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.article.fields import CATEGORY
from components.article.row import Article, RowError, parse_row
from components.preprocessing.taxonomy import Taxonomy

ACCEPTED = "accepted"
EXCLUDED = "excluded"
QUARANTINED = "quarantined"

UNKNOWN_CATEGORY = "unknown category"
"""Reason of rows whose category the taxonomy does not have."""


@dataclass(frozen=True)
class Outcome:
    """What became of a line.

    Attributes:
        name: one of the three above.
        article: of an accepted line.
        category: of an excluded line, '' otherwise.
        reason: of a quarantined line, '' otherwise.
    """

    name: str
    article: Article | None = None
    category: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What lines are counted by."""
        return self.name, self.category


def judge_line(line: bytes, text_fields: Sequence[str], taxonomy: Taxonomy | None) -> Outcome:
    """Reads one line.

    Args:
        line: see `parse_row`.
        text_fields: see `parse_row`.
        taxonomy: decides which categories are learnt, and which are excluded; None for rows
            to predict, whose category does not matter.
    """
    try:
        article = parse_row(line, text_fields)
    except RowError as error:
        return Outcome(QUARANTINED, reason=str(error))
    category = article[CATEGORY]
    if taxonomy and category in taxonomy.excluded:
        return Outcome(EXCLUDED, category=category)
    if taxonomy and category not in taxonomy.class_of:
        return Outcome(QUARANTINED, reason=f"{UNKNOWN_CATEGORY} {category!r}")
    return Outcome(ACCEPTED, article)
