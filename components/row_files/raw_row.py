"""A row as a file has it, before anything is known of its fields."""

from __future__ import annotations

from typing import NamedTuple

from components.errors import DataError


class RawRow(NamedTuple):
    """A row of a file of any kind.

    Attributes:
        line: of the decompressed file on which it begins, from 1.
        raw: its bytes as they were written.
        json: the JSON object that it stands for; `raw` itself where the file holds JSON.
        fault: why there is no such object, without the place; '' if there is one.
    """

    line: int
    raw: bytes
    json: bytes
    fault: str = ""


class NoRowsError(DataError):
    """A file that is what it should be, and has no row."""
