"""The JSON object that a file begins with: a row on a line of its own, or something else."""

from __future__ import annotations

import json
import re
from typing import Any

from components.row_files.beginning import Beginning
from components.row_files.lines import LONGEST_LINE

AS_LINES = "write its rows as JSON lines, as pandas does with orient='records', lines=True"
_SPREAD = (
    "pretty-printed JSON, whose objects take several lines",
    "put each on one line with `jq -c .`",
)
_DECODER = json.JSONDecoder(parse_int=float)  # an int might have too many digits
# Short members, then one that holds others; what a file of one object begins with.
_ROWS_INSIDE = re.compile(
    r'\{(?:\s*"[^"\\]*"\s*:\s*(?:"[^"\\\s]*"|[-+.\w]+)\s*,)*'
    r'\s*"(?P<key>[^"\\]*)"\s*:\s*(?:(?P<list>\[)\s*\{|\[\s*\[|\{)'
)
_MEMBER_ON_NEXT_LINE = re.compile(r'\{(?:[^\n]*[,{\[])?[^\S\n]*\n\s*"')


def refuse_first_object(beginning: Beginning) -> tuple[str, str] | None:
    """What the file is and the remedy, where its first object is no row on a line of its own.

    An object that is not JSON tells nothing: it may be one bad row.
    """
    if not beginning.text.startswith(b"{"):
        return None
    beginning.extend_to_second_line(LONGEST_LINE)
    text = beginning.text.decode("utf-8", "replace")
    try:
        content, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None if beginning.is_whole else _refuse_cut(text)
    is_spread = "\n" in text[:end]
    if not text[end:].strip():
        beginning.extend(len(beginning.head) + 1)
    is_alone = beginning.is_whole and not text[end:].strip()
    if is_alone and _holds_rows(content):
        return _rows_inside(next((key for key in content if _is_list_of_rows(content[key])), None))
    return _SPREAD if is_spread else None


def _refuse_cut(text: str) -> tuple[str, str] | None:
    """The same of the beginning of a long object."""
    is_one_line = "\n" not in text.rstrip()
    if (found := _ROWS_INSIDE.match(text)) and (is_one_line or _MEMBER_ON_NEXT_LINE.match(text)):
        return _rows_inside(found["key"] if found["list"] else None)
    return _SPREAD if _MEMBER_ON_NEXT_LINE.match(text) else None


def _holds_rows(content: dict[str, Any]) -> bool:
    """Whether it holds other values, and no text of several words as a row does."""
    values = content.values()
    is_text = any(isinstance(value, str) and " " in value for value in values)
    return not is_text and any(isinstance(value, list | dict) and value for value in values)


def _is_list_of_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _rows_inside(key: str | None) -> tuple[str, str]:
    what = "one JSON object with the rows inside"
    if key is None:
        return what, AS_LINES
    path = f".{key}[]" if key.isidentifier() else f".[{json.dumps(key)}][]"
    return what, f"take them out with `jq -c '{path}'`"
