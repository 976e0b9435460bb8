"""What kind of file it is, by what it begins with."""

from __future__ import annotations

import os
import re
from enum import Enum

from components.errors import DataError
from components.row_files.beginning import Beginning
from components.row_files.compression import SUFFIXES
from components.row_files.refusals import DELIMITERS, find_refusal, first_records

_DELIMITERS = {".csv": DELIMITERS, ".tsv": "\t"}
_OBJECT = re.compile(rb'\{\s*["}]')  # no name of a column
_ARRAY = re.compile(rb"\[\s*[{\]]")


class Kind(Enum):
    """A kind of file that is read."""

    LINES = "JSON lines"
    ARRAY = "a JSON array"
    TABLE = "a table"


def find_kind(beginning: Beginning) -> Kind:
    """Which kind a file is of; only a table's name matters as well.

    Raises:
        DataError: it is of none; the message says of which, and the remedy.
    """
    suffix = _table_suffix(beginning.name)
    is_table = bool(suffix) and not (_OBJECT.match(beginning.text) or _ARRAY.match(beginning.text))
    if refusal := find_refusal(beginning, is_table):
        what, remedy = refusal
        raise DataError(f"{beginning.name}: is {what}; {remedy}")
    if is_table:
        return Kind.TABLE
    return Kind.ARRAY if beginning.text.startswith(b"[") else Kind.LINES


def find_delimiter(beginning: Beginning) -> str:
    """What stands between the cells of a table: what makes most of its first record."""

    def count_cells(delimiter: str) -> int:
        return sum(map(len, first_records(beginning, delimiter, 1)))

    return max(_DELIMITERS[_table_suffix(beginning.name)], key=count_cells)


def _table_suffix(name: str) -> str:
    """The ending of a table's name, below that of a compression; '' if it has another."""
    stem, suffix = os.path.splitext(name.lower())
    suffix = os.path.splitext(stem)[1] if suffix in SUFFIXES else suffix
    return suffix if suffix in _DELIMITERS else ""
