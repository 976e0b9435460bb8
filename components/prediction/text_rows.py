"""Reads the texts of JSON lines, category or not, and says which lines it cannot use."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from components.preprocessing import features


def read_texts(
    lines: Iterable[bytes], on_bad_row: Callable[[int, str], None]
) -> Iterator[tuple[str, str]]:
    """Yields (headline, short description) of every usable row, in order.

    Args:
        lines: JSON objects with `headline` and, optionally, `short_description`.
        on_bad_row: called with the line number, from 1, and the reason for every other line.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _parse(line)
        except ValueError as error:
            on_bad_row(number, str(error))


def _parse(line: bytes) -> tuple[str, str]:
    try:
        row = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON in UTF-8 ({error})") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    headline = row.get(features.HEADLINE) or ""
    description = row.get(features.SHORT_DESCRIPTION) or ""
    if not isinstance(headline, str) or not isinstance(description, str):
        raise ValueError("headline or short_description is not a string")
    if not headline.strip() and not description.strip():
        raise ValueError("headline and short_description are empty")
    return headline, description
