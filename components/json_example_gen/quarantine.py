"""The rows that could not be used, as they were written, with place and reason."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from components.files import DocumentError, exists, open_file

_FILE = "quarantine.jsonl"
_LONGEST_KEPT = 1 << 16
"""Bytes that are kept of a row; a binary file has lines of megabytes."""


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that is not usable.

    Attributes:
        file: that it is in.
        line: of the file on which it begins, from 1.
        reason: why it cannot be used.
        raw: its bytes, the first 64 KiB at most.
        size: of all its bytes.
    """

    file: str
    line: int
    reason: str
    raw: bytes = b""
    size: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"

    @property
    def text(self) -> str:
        """What is kept of it, as far as it is text."""
        return self.raw.decode("utf-8", "replace")

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values: `raw` in base64."""
        return {**asdict(self), "raw": base64.b64encode(self.raw).decode()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> QuarantinedRow:
        """Inverse of `to_json`; of a run before rows were kept as bytes there is a text."""
        if "text" in values:
            raw = values.pop("text").encode()
            return cls(**values, raw=raw, size=len(raw))
        return cls(**{**values, "raw": base64.b64decode(values["raw"])})


def quarantined_row(file: str, line: int, reason: str, raw: bytes) -> QuarantinedRow:
    """A row to be kept."""
    return QuarantinedRow(file, line, reason, raw[:_LONGEST_KEPT], len(raw))


def write_quarantine(folder: str, rows: Iterable[QuarantinedRow], name: str = _FILE) -> None:
    """Writes rows to a file of the folder, one a line."""
    with open_file(f"{folder}/{name}", "w") as file:
        file.write("")  # makes the file on gs:// where there is no row
        for row in rows:
            file.write(f"{json.dumps(row.to_json())}\n")


def read_quarantine(folder: str, name: str = _FILE) -> Iterator[QuarantinedRow]:
    """The rows of a Quarantine, or of an Examples artifact of a run before there was one.

    Raises:
        DocumentError: the file is damaged.
    """
    path = f"{folder}/{name}"
    if not exists(path):
        return
    with open_file(path) as file:
        for number, line in enumerate(file, 1):
            try:
                yield QuarantinedRow.from_json(json.loads(line))
            except (ValueError, LookupError, TypeError) as error:
                raise DocumentError(
                    f"{path}:{number}: is damaged, it cannot be read ({error!r})"
                ) from error
