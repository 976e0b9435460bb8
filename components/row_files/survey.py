"""What a data file holds, counted and hashed before it is read: so that nothing can get lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from components.errors import DataError
from components.files import is_remote, open_file
from components.row_files.compression import SUFFIXES
from components.row_files.kinds import Kind
from components.row_files.lines import BYTE_ORDER_MARK, Source, split_lines
from components.row_files.local_file import check_regular
from components.row_files.raw_row import RawRow
from components.row_files.rows import numbered_rows, open_rows

RANGE_BYTES = 1 << 25
"""Bytes of a part of a plain file that is read by itself, up to the end of its last line."""

_CHUNK = 1 << 20
_LINE_WITH_CONTENT = re.compile(rb"\S[^\n]*")


@dataclass(frozen=True)
class FileRange:
    """A part of a file, of whole lines.

    Attributes:
        start: its first byte.
        stop: the byte after its last one.
        first_line: number of its first line in the file, from 1.
        rows: lines that are not blank.
        digest: SHA-256 of its bytes.
    """

    start: int
    stop: int
    first_line: int
    rows: int
    digest: str


@dataclass(frozen=True)
class FileSurvey:
    """A file as it was when it was counted.

    Attributes:
        path: of the file.
        size: in bytes.
        ranges: which together are the file.
        kind: see `Kind`.
    """

    path: str
    size: int
    ranges: tuple[FileRange, ...]
    kind: str = Kind.LINES.value

    @property
    def has_ranges(self) -> bool:
        """Whether a part of the file can be read by itself."""
        return self.kind == Kind.LINES.value and not self.path.lower().endswith(SUFFIXES)

    @property
    def rows(self) -> int:
        """Rows in it, good and bad ones."""
        return sum(part.rows for part in self.ranges)

    @property
    def fingerprint(self) -> str:
        """Of the contents, wherever the file is: 64 hexadecimal digits."""
        digests = "".join(part.digest for part in self.ranges)
        return hashlib.sha256(digests.encode()).hexdigest()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FileSurvey:
        """Inverse of `dataclasses.asdict`."""
        ranges = tuple(FileRange(**part) for part in config["ranges"])
        return cls(config["path"], config["size"], ranges, config["kind"])


def survey_file(path: str, range_bytes: int = RANGE_BYTES) -> FileSurvey:
    """Reads a file once.

    Args:
        path: of the file, local or on gs://.
        range_bytes: see `RANGE_BYTES`.

    Raises:
        DataError: it cannot be read, or has no row; see `numbered_rows`.
    """
    try:
        if not is_remote(path):
            check_regular(path)
        with open_file(path, "rb") as file:
            kind, rows = open_rows(file, path)
            next(rows)  # refuses what is no file of rows
        survey = FileSurvey(path, 0, (), kind.value)
        with open_file(path, "rb") as file:
            if survey.has_ranges:
                ranges = list(_survey_ranges(file, range_bytes))
            else:
                ranges = [_survey_whole(file, path)]
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    size = sum(part.stop - part.start for part in ranges)
    return replace(survey, size=size, ranges=tuple(ranges))


def _survey_ranges(file: Source, range_bytes: int) -> Iterator[FileRange]:
    tally = _Tally(start=0, first_line=1)
    for chunk in iter(lambda: file.read(_CHUNK), b""):
        while end := chunk.find(b"\n", max(range_bytes - tally.size - 1, 0)) + 1:
            tally.add(chunk[:end])
            yield tally.range
            tally = _Tally(tally.range.stop, tally.first_line + tally.lines)
            chunk = chunk[end:]
        tally.add(chunk)
    if tally.size:
        yield tally.range


class _Tally:
    """Counts the rows of a range, piece by piece; it knows nothing of how rows are read."""

    def __init__(self, start: int, first_line: int):
        self.start, self.first_line = start, first_line
        self.size = self.lines = self._rows = 0
        self._hash, self._is_in_row = hashlib.sha256(), False

    def add(self, data: bytes) -> None:
        counted = data if self.start or self.size else data.removeprefix(BYTE_ORDER_MARK)
        begun, newline, _ = counted.partition(b"\n")
        if self._is_in_row and begun.strip():
            self._rows -= 1  # it was counted when it began
        self._rows += len(_LINE_WITH_CONTENT.findall(counted))
        last = counted[counted.rfind(b"\n") + 1 :]
        self._is_in_row = bool(last.strip()) or (self._is_in_row and not newline)
        self.lines += data.count(b"\n")
        self.size += len(data)
        self._hash.update(data)

    @property
    def range(self) -> FileRange:
        """What was counted."""
        stop = self.start + self.size
        return FileRange(self.start, stop, self.first_line, self._rows, self._hash.hexdigest())


def _survey_whole(file: Any, path: str) -> FileRange:
    source = HashedSource(file)
    rows = sum(1 for _ in numbered_rows(source, path))
    return FileRange(0, source.size, 1, rows, source.digest)


def read_file(survey: FileSurvey) -> Iterator[RawRow]:
    """The rows of all ranges; see `read_range`."""
    for part in survey.ranges:
        yield from read_range(survey, part)


def read_range(survey: FileSurvey, part: FileRange) -> Iterator[RawRow]:
    """The rows of a range; blank lines are none.

    Args:
        survey: of the file.
        part: one of its ranges.

    Raises:
        DataError: the file cannot be read, or is not what was surveyed.
    """
    try:
        with open_file(survey.path, "rb") as file:
            file.seek(part.start)
            source = HashedSource(file, part.stop - part.start)
            if survey.has_ranges:
                pieces = iter(lambda: source.read(_CHUNK), b"")
                for line, raw in split_lines(pieces, part.first_line):
                    yield RawRow(line, raw, raw)
            else:
                yield from numbered_rows(source, survey.path)
            grown = part == survey.ranges[-1] and file.read(1)
    except OSError as error:
        raise DataError(f"{survey.path}: cannot be read: {error.strerror or error}") from error
    if source.digest != part.digest or grown:
        raise DataError(
            f"{survey.path}: was changed while it was read (bytes {part.start:,} to "
            f"{part.stop:,}); run again when nothing writes to it"
        )


class HashedSource:
    """A file of which everything that is read is counted and hashed.

    Args:
        file: open for binary reading.
        size: bytes to read at most; all where it is None.
    """

    def __init__(self, file: Source, size: int | None = None):
        self._file, self._left, self._hash, self.size = file, size, hashlib.sha256(), 0

    def read(self, size: int, /) -> bytes:
        """Reads as a file does, up to the size."""
        data = self._file.read(size if self._left is None else min(size, self._left - self.size))
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def digest(self) -> str:
        """SHA-256 of what has been read, 64 hexadecimal digits."""
        return self._hash.hexdigest()
