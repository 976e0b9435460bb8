"""The lines of a file with their numbers, and what a file is read through."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count
from typing import Any, Protocol

from components.row_files.compression import decompress

LONGEST_LINE = 16 << 20
"""Bytes of a line, with its end, that are read; one byte more is kept of a longer line."""

_CHUNK = 1 << 14  # bytes
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Source(Protocol):
    """An open file, here or on gs://."""

    def read(self, size: int, /) -> bytes: ...


def read_plain(source: Source, name: str) -> Iterator[bytes]:
    """The decompressed contents of a file, in pieces.

    Args:
        source: open for binary reading.
        name: of the file, whose ending says whether it is compressed.

    Raises:
        DataError: the file cannot be read to its end; see `decompress`.
    """
    return decompress(iter(lambda: source.read(_CHUNK), b""), name)


def open_pieces(pieces: Iterator[bytes]) -> io.BufferedReader:
    """A file of these contents; no piece is empty."""
    return io.BufferedReader(_Pieces(pieces))


def split_lines(pieces: Iterator[bytes], first_line: int = 1) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers; blank ones are left out, and a byte order mark of the first.

    Args:
        pieces: none of which is empty.
        first_line: number of the first of them.
    """
    stream = open_pieces(pieces)
    for number in count(first_line):
        line = part = stream.readline(LONGEST_LINE + 1)
        if not line:
            return
        while len(part) > LONGEST_LINE and not part.endswith(b"\n"):
            part = stream.readline(LONGEST_LINE + 1)
        if number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        if line.strip():
            yield number, line


class _Pieces(io.RawIOBase):
    """A stream of pieces of bytes, none of which is empty."""

    def __init__(self, pieces: Iterator[bytes]):
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
