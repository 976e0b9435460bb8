"""The records of a table, CSV or TSV, as JSON objects of texts."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import NoReturn

from components.errors import DataError
from components.row_files.lines import LONGEST_LINE, open_pieces
from components.row_files.raw_row import RawRow

_encode = json.JSONEncoder(ensure_ascii=False).encode
_QUOTES = re.compile(rb'""|"')


def read_table(pieces: Iterator[bytes], name: str, delimiter: str) -> Iterator[RawRow]:
    """The records below the header; blank lines are left out.

    Args:
        pieces: of the file, without a byte order mark.
        name: of the file.
        delimiter: between two cells.

    Raises:
        DataError: the header cannot be used, or a quote is not closed.
    """
    # One for the process; its default is too little for an article.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    lines = _Lines(pieces, name)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header: list[str] = []
    while True:
        lines.begin_record()
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.is_at_end:
                lines.refuse("is never closed")
            record, lines.fault = [], lines.fault or f"not CSV ({error})"
        fault, raw = lines.fault, bytes(lines.record)
        if not fault and (not record or (len(record) == 1 and not raw.strip())):
            continue
        if not header:
            header = _check_header(record, fault, f"{name}:{lines.first}")
        elif fault or len(record) != len(header):
            counts = f"{len(record)} cells, and the header has {len(header)}"
            yield RawRow(lines.first, raw, b"", fault or counts)
        else:
            content = dict(zip(header, record, strict=True))
            yield RawRow(lines.first, raw, _encode(content).encode())


def _check_header(record: list[str], fault: str, place: str) -> list[str]:
    if fault:
        raise DataError(
            f"{place}: the header cannot be read: {fault}; save the table again, as CSV in UTF-8"
        )
    names = [name.strip() for name in record]
    if "" in names:
        raise DataError(
            f"{place}: column {names.index('') + 1} has no name; name it, or leave it out (as "
            "pandas does with index=False)"
        )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise DataError(f"{place}: {times} columns are named {name!r}; rename or drop the others")
    return names


class _Lines:
    """Lines for `csv.reader`, which does not say which of them a record takes.

    Attributes:
        first: number of the first line of the record.
        record: its bytes.
        fault: of a line of it that cannot be read as text.
        is_at_end: whether there is no other line.
    """

    def __init__(self, pieces: Iterator[bytes], name: str):
        self._stream, self._name = open_pieces(pieces), name
        self.first, self._next, self.is_at_end = 1, 1, False
        self.record, self.fault = bytearray(), ""

    def begin_record(self) -> None:
        """Forgets the record before."""
        self.first = self._next
        self.record, self.fault = bytearray(), ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST_LINE + 1)
        if not line:
            self.is_at_end = True
            raise StopIteration
        self.record += line
        self._next += 1
        if len(self.record) > LONGEST_LINE:
            self.refuse(f"is not closed within {LONGEST_LINE >> 20} MiB")
        if b"\x00" in line:  # which Python 3.10 refuses, and 3.11 reads
            self.fault = "a NUL byte in it"
            line = line.replace(b"\x00", b" ")
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            self.fault = f"not UTF-8 (byte {error.start} of line {self._next - 1})"
            return line.decode("utf-8", "replace")

    def refuse(self, problem: str) -> NoReturn:
        """Refuses the file for the last quote of the record that opens a text."""
        opened = None
        for quotes in _QUOTES.finditer(self.record):
            if len(quotes[0]) == 1:
                opened = quotes.start() if opened is None else None
        if opened is None:
            problem = f"a record is longer than {LONGEST_LINE >> 20} MiB"
        else:
            problem = f"the quote that opens here {problem}"
        line = self.first + self.record.count(b"\n", 0, opened or 0)
        raise DataError(f"{self._name}:{line}: {problem}; mend the file")
