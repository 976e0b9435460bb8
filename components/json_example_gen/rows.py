"""One line of a JSON-lines file to a row, or to the reason why it is none."""

from __future__ import annotations

import json
from dataclasses import dataclass

from components.preprocessing import features
from components.preprocessing.taxonomy import Taxonomy

UNKNOWN_CATEGORY = "unknown category"
"""Reason of rows whose category the taxonomy does not have."""


class RowError(ValueError):
    """A line that is not a usable row; the text is the reason, without the place."""


@dataclass(frozen=True)
class ExcludedRow:
    """A well-formed row whose category the taxonomy leaves out."""

    category: str


def parse_row(line: bytes, taxonomy: Taxonomy | None) -> dict[str, str] | ExcludedRow:
    """Parses one line.

    Args:
        line: UTF-8 bytes of one JSON object with the fields of `features.ROW_FIELDS`; missing
            and null fields are read as empty, other fields are ignored.
        taxonomy: decides which categories are learnt, and which are excluded; None for rows
            to predict, whose category does not matter.

    Returns:
        The row, a string for every field of `features.ROW_FIELDS`; or an `ExcludedRow`.

    Raises:
        RowError: the line is not such an object, has no text, or an unknown category.
    """
    try:
        document = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8 (byte {error.start})") from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"not JSON ({error})") from error
    if not isinstance(document, dict):
        raise RowError("not a JSON object")
    row = {name: document.get(name) or "" for name in features.ROW_FIELDS}
    for name, value in row.items():
        if not isinstance(value, str):
            raise RowError(f"field {name!r} is not a string")
        # A lone surrogate is valid JSON, but no UTF-8 can hold it.
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise RowError(f"field {name!r} has half a surrogate pair")
    if not row[features.HEADLINE].strip() and not row[features.SHORT_DESCRIPTION].strip():
        raise RowError("no text: headline and short_description are empty")
    if taxonomy is None:
        return row
    category = row[features.CATEGORY]
    if category in taxonomy.excluded:
        return ExcludedRow(category)
    if category not in taxonomy.class_of:
        raise RowError(f"{UNKNOWN_CATEGORY} {category!r}")
    return row


def partition_key(row: dict[str, str]) -> str:
    """The text whose hash decides the split of a row.

    It is the headline (or, where there is none, the description) without differences of case
    and white space: neither a new field nor a second copy of an article can move a row to
    the other split.
    """
    text = row[features.HEADLINE].strip() or row[features.SHORT_DESCRIPTION]
    return " ".join(text.casefold().split())
