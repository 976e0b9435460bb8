"""The elements of a JSON array of any length, one by one."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator

from components.errors import DataError
from components.row_files.lines import LONGEST_LINE
from components.row_files.raw_row import RawRow

_READ = 1 << 18  # bytes, at least, that are read at a time
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=float)  # an int might have too many digits


def read_array(pieces: Iterator[bytes], name: str) -> Iterator[RawRow]:
    """The elements of the array that is all of a file, whatever they are.

    Args:
        pieces: of the file, which begins with [.
        name: of the file.

    Raises:
        DataError: it is cut off or broken, or followed by something else.
    """
    window = _Window(pieces, name)
    if window.begins_with("[") and window.begins_with("]"):
        window.check_end()
        return
    end = ","
    while end == ",":
        row, end = window.take_element()
        yield row
    window.check_end()


class _Window:
    """The part of the text that is at hand: an element and what follows it, at most.

    Bytes that are no UTF-8 stay in the text as half surrogate pairs: who parses the element says
    where they are.
    """

    def __init__(self, pieces: Iterator[bytes], name: str):
        self._pieces, self._name = pieces, name
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text, self._at, self._line = "", 0, 1
        self._is_whole = False

    def begins_with(self, sign: str) -> bool:
        """Whether the next sign is this one, which is taken then."""
        self._move_to_sign()
        found = self._text.startswith(sign, self._at)
        self._at += len(sign) if found else 0
        return found

    def take_element(self) -> tuple[RawRow, str]:
        """An element, and the comma or bracket behind it."""
        while True:
            try:
                start, end, after = self._find_element()
                break
            except (json.JSONDecodeError, RecursionError) as error:
                if self._is_whole or len(self._text) - self._at > LONGEST_LINE:
                    raise self._refusal(error) from error
                self._read_more()
        self._line += self._text.count("\n", self._at, start)
        raw = self._text[start:end].encode("utf-8", "surrogateescape")
        row = RawRow(self._line, raw, raw)
        self._line += self._text.count("\n", start, after)
        self._at = after
        return row, self._text[after - 1]

    def check_end(self) -> None:
        """Refuses what follows the array."""
        self._move_to_sign()
        if self._at < len(self._text):
            raise self._error(self._line, "the JSON array is followed by something else")

    def _find_element(self) -> tuple[int, int, int]:
        """Where it starts and ends, and what is behind the sign that follows it."""
        start = _end_of_blanks(self._text, self._at)
        _, end = _DECODER.raw_decode(self._text, start)
        sign = _end_of_blanks(self._text, end)
        if not self._text.startswith((",", "]"), sign):
            raise json.JSONDecodeError("Expecting ',' delimiter", self._text, sign)
        return start, end, sign + 1

    def _move_to_sign(self) -> None:
        while (sign := _end_of_blanks(self._text, self._at)) == len(self._text):
            if self._is_whole:
                break
            self._read_more()
        self._line += self._text.count("\n", self._at, sign)
        self._at = sign

    def _read_more(self) -> None:
        """Doubles what is at hand; what was taken is dropped."""
        rest = self._text[self._at :]
        parts, size = [rest], 0
        while size < max(_READ, len(rest)) and not self._is_whole:
            piece = next(self._pieces, b"")
            self._is_whole = not piece
            parts.append(self._decoder.decode(piece, final=not piece))
            size += len(piece)
        self._text, self._at = "".join(parts), 0

    def _refusal(self, error: json.JSONDecodeError | RecursionError) -> DataError:
        if isinstance(error, RecursionError):
            return self._error(self._line, "an element of the JSON array is nested too deeply")
        line = self._line + self._text.count("\n", self._at, error.pos)
        if not self._is_whole:
            limit = f"longer than {LONGEST_LINE >> 20} MiB, or not JSON"
            return self._error(line, f"an element of the JSON array is {limit} ({error.msg})")
        if error.pos >= len(self._text.rstrip()) or error.msg.startswith("Unterminated"):
            return self._error(line, "the JSON array is cut off")
        return self._error(line, f"an element of the JSON array is not JSON ({error.msg})")

    def _error(self, line: int, reason: str) -> DataError:
        return DataError(f"{self._name}:{line}: {reason}; mend the file, or fetch it again")


def _end_of_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    assert blanks, "no blank is enough"
    return blanks.end()
