"""Compressed files, read in pieces of bounded size, and to the end that their format proves."""

from __future__ import annotations

import bz2
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import zstandard

from components.errors import DataError

_PIECE = 1 << 20  # bytes that a decoder is asked for at a time, however well they compressed
_LITTLE = 256  # compressed bytes that Zstandard makes 8 MiB of at most
_MEMORY = 1 << 28  # bytes that xz may take for its dictionary; `xz -9` takes 64 MiB
_DAMAGE = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, ValueError)


class _Decoder(Protocol):
    """What `bz2` and `lzma` offer; it decodes one member of a file, which may have several."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        piece = self._member.decompress(self._member.unconsumed_tail + data, max_length)
        self.needs_input = len(piece) < max_length
        return piece


class _Zstandard:
    """Given little at a time, since its library knows no bound of what it returns."""

    def __init__(self) -> None:
        self._frame, self._waiting = zstandard.ZstdDecompressor().decompressobj(), b""

    @property
    def eof(self) -> bool:
        return self._frame.eof

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return self._frame.unused_data + self._waiting

    def decompress(self, data: bytes, max_length: int) -> bytes:
        data = self._waiting + data
        self._waiting = data[_LITTLE:]
        return self._frame.decompress(data[:_LITTLE])


@dataclass(frozen=True)
class _Format:
    """A format that a file's name and its first bytes tell; without a decoder where rows lie in
    files inside it."""

    name: str
    suffix: str
    first_bytes: tuple[bytes, ...]
    decoder: Callable[[], _Decoder] | None


_FORMATS = (
    _Format("gzip", ".gz", (b"\x1f\x8b",), _Gzip),
    _Format("bzip2", ".bz2", (b"BZh",), bz2.BZ2Decompressor),
    _Format(
        "xz",
        ".xz",
        (b"\xfd7zXZ\x00",),
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY),
    ),
    _Format(
        "Zstandard",
        ".zst",
        # A frame, or one that is to be skipped, as parallel compressors write first.
        (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))),
        _Zstandard,
    ),
    _Format("zip", ".zip", (b"PK\x03\x04", b"PK\x05\x06"), None),
)
SUFFIXES = tuple(form.suffix for form in _FORMATS)
"""How the names of compressed files end."""


def decompress(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The plain contents of a file, whose name and first bytes say whether it is compressed.

    Args:
        chunks: of the file; the first holds six bytes, if there are as many.
        name: of the file.

    Raises:
        DataError: name and contents differ, or the compressed data does not come to its end.
    """
    first = next(chunks, b"")
    suffix = os.path.splitext(name)[1].lower()
    named = next((form for form in _FORMATS if form.suffix == suffix), None)
    found = next((form for form in _FORMATS if first.startswith(form.first_bytes)), None)
    if found and not found.decoder:
        raise DataError(f"{name}: is a {found.name} archive of files; unpack it")
    if found and found is not named:
        raise DataError(
            f"{name}: holds {found.name} data, and its name does not end in {found.suffix}; "
            "rename or decompress it"
        )
    if named and not found:
        is_what = f"holds no {named.name} data" if first else "is empty"
        raise DataError(
            f"{name}: {is_what}, and its name ends in {named.suffix}; rename it, or make it again"
        )
    if found and found.decoder:
        yield from _decode(first, chunks, name, found.name, found.decoder)
    elif first:
        yield first
        yield from chunks


def _decode(
    first: bytes,
    chunks: Iterator[bytes],
    name: str,
    format_name: str,
    new_decoder: Callable[[], _Decoder],
) -> Iterator[bytes]:
    """The plain contents of all members; zeros between and behind them are padding."""
    decoder, inside = new_decoder(), False
    data = first
    while data or (data := next(chunks, b"")):
        while True:
            data = data if inside else data.lstrip(b"\x00")
            if not data and (not inside or decoder.needs_input):
                break
            try:
                piece = decoder.decompress(data, _PIECE)
            except _DAMAGE as error:
                raise DataError(
                    f"{name}: its {format_name} data is damaged, or followed by something else "
                    f"({error}); fetch or make the file again"
                ) from error
            data, inside = b"", True
            if piece:
                yield piece
            if decoder.eof:
                data, decoder, inside = decoder.unused_data, new_decoder(), False
    if inside:
        raise DataError(
            f"{name}: is cut off in the middle of its {format_name} data; fetch or make it again"
        )
