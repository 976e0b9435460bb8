"""What becomes of one line of the data: an article to learn from, or why it is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.article.fields import CATEGORY
from components.article.row import Article, RowError, parse_row
from components.preprocessing.taxonomy import Taxonomy

UNKNOWN_CATEGORY = "unknown category"
"""Reason of rows whose category the taxonomy does not have."""


@dataclass(frozen=True)
class ExcludedRow:
    """A well-formed row whose category the taxonomy leaves out."""

    category: str


def read_row(
    line: bytes, text_fields: Sequence[str], taxonomy: Taxonomy | None
) -> Article | ExcludedRow:
    """Reads one line.

    Args:
        line: see `parse_row`.
        text_fields: see `parse_row`.
        taxonomy: decides which categories are learnt, and which are excluded; None for rows
            to predict, whose category does not matter.

    Raises:
        RowError: see `parse_row`; or the category is unknown.
    """
    article = parse_row(line, text_fields)
    if taxonomy is None:
        return article
    category = article[CATEGORY]
    if category in taxonomy.excluded:
        return ExcludedRow(category)
    if category not in taxonomy.class_of:
        raise RowError(f"{UNKNOWN_CATEGORY} {category!r}")
    return article
