"""The beginning of a file, looked at before the file is read from there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from components.row_files.lines import BYTE_ORDER_MARK

_SIZE = 1 << 14  # bytes, which are all that is waited for of a pipe that goes on


class Beginning:
    """The first bytes of a decompressed file.

    Args:
        pieces: of the file, none of which is empty.
        name: of the file.

    Attributes:
        name: of the file.
        head: its first bytes, all of them where it has no more than 16 KiB.
        is_whole: whether it has no others.
    """

    def __init__(self, pieces: Iterator[bytes], name: str):
        self.name, self.head, self.is_whole = name, b"", False
        self._pieces = pieces
        self.extend(_SIZE)

    def extend(self, size: int) -> None:
        """Makes the head as long as this, or as the file."""
        parts, have = [self.head], len(self.head)
        while have < size and not self.is_whole:
            piece = next(self._pieces, b"")
            parts.append(piece)
            have, self.is_whole = have + len(piece), not piece
        self.head = b"".join(parts)

    def extend_to_second_line(self, size: int) -> None:
        """Makes the head reach into the second line that is not blank, if that is within `size`."""
        while len(self.head) < size and not self.is_whole and b"\n" not in self.text.rstrip():
            self.extend(2 * len(self.head))

    @property
    def text(self) -> bytes:
        """The head without a byte order mark, and without blanks in front."""
        return self.head.removeprefix(BYTE_ORDER_MARK).lstrip()

    @property
    def pieces(self) -> Iterator[bytes]:
        """The whole file without a byte order mark; to be read once."""
        head = self.head.removeprefix(BYTE_ORDER_MARK)
        return chain([head], self._pieces) if head else self._pieces
