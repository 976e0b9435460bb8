"""The numbered lines of a file of rows: the one way from a file to what is parsed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, count
from typing import Any, Protocol

from components.errors import DataError
from components.row_files.compression import decompress

LONGEST_LINE = 16 << 20
"""Bytes of a line, with its end, that are read; one byte more is kept of a longer line."""

_CHUNK = 1 << 14  # bytes
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Byte order marks of UTF-16 and UTF-32, and how their JSON begins without one.
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"{\x00", b"\x00{", b"[\x00", b"\x00[")


class Source(Protocol):
    """An open file, here or on gs://."""

    def read(self, size: int, /) -> bytes: ...


def numbered_lines(source: Source, name: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, from 1; blank ones are left out.

    A byte order mark at the beginning of the file is left out as well.

    Args:
        source: open for binary reading.
        name: of the file, whose ending says whether it is compressed.

    Raises:
        DataError: the file cannot be read to its end, or is no UTF-8 text; see `decompress`.
    """
    return split_lines(_check_width(read_plain(source, name), name))


def read_plain(source: Source, name: str) -> Iterator[bytes]:
    """The decompressed contents of a file, in pieces; see `decompress`."""
    return decompress(iter(lambda: source.read(_CHUNK), b""), name)


def open_pieces(pieces: Iterator[bytes]) -> io.BufferedReader:
    """A file of these contents; no piece is empty."""
    return io.BufferedReader(_Pieces(pieces))


def split_lines(pieces: Iterator[bytes], first_line: int = 1) -> Iterator[tuple[int, bytes]]:
    """The lines of plain bytes with their numbers; see `numbered_lines`.

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


def _check_width(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    first = next(pieces, b"")
    if first.startswith(_WIDE):
        raise DataError(f"{name}: is UTF-16 or UTF-32; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)")
    return chain([first], pieces) if first else iter(())


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
