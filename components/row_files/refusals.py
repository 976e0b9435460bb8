"""Kinds of files that are not read, each with what tells it and its remedy."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable
from itertools import islice

from components.row_files.beginning import Beginning
from components.row_files.first_object import AS_LINES, refuse_first_object

DELIMITERS = ",;\t"
"""What may stand between the cells of a table."""

_Refusal = tuple[str, str]  # what the file is, and the remedy
_TABLE = "export its table as CSV (UTF-8)"
_MAGIC = {
    b"PK\x03\x04": ("a zip archive of files", "unpack it"),  # inside another compression
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive of files", "unpack it"),
    b"Rar!\x1a\x07": ("a RAR archive of files", "unpack it"),
    b"\x1f\x9d": ("compressed with compress (.Z)", "decompress it"),
    b"\x04\x22\x4d\x18": ("compressed with LZ4", "decompress it"),
    b"\xff\x06\x00\x00sNaPpY": ("compressed with Snappy", "decompress it"),
    b"LZIP": ("compressed with lzip", "decompress it"),
    b"PAR1": ("a Parquet file", AS_LINES),
    b"ARROW1": ("an Arrow file", AS_LINES),
    b"ORC": ("an ORC file", AS_LINES),
    b"Obj\x01": ("an Avro file", AS_LINES),
    b"\x89HDF": ("an HDF5 file", AS_LINES),
    b"\x93NUMPY": ("a NumPy file", AS_LINES),
    b"SQLite format 3\x00": ("an SQLite database", _TABLE),
    b"\xd0\xcf\x11\xe0": ("an Office document", _TABLE),
    b"%PDF-": ("a PDF document", "give the rows that it was made from"),
    b"\x89PNG": ("an image", "give a file of rows"),
    b"\xff\xd8\xff": ("an image", "give a file of rows"),
    b"GIF8": ("an image", "give a file of rows"),
    b"version https://git-lfs": (
        "a pointer of Git LFS instead of the file",
        "fetch that with `git lfs pull`",
    ),
}
_TAR, _TAR_AT = b"ustar", 257
_HTML = re.compile(rb"<(!doctype|html|head|body|script|\?xml|!--)", re.IGNORECASE)
_BYTE_ORDER_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_WIDE = ("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")
_TESTED = 256  # bytes that show whether it is such a text
_NARROW = re.compile(
    rb"[{\[][^\x00]"
)  # no wide text begins so, though rows with NUL bytes may look it


def find_refusal(beginning: Beginning, is_table: bool) -> _Refusal | None:
    """What the file is and the remedy, where it is not read; None where it is.

    Args:
        beginning: of the file.
        is_table: whether its name says that it is a table.
    """
    if is_table:
        return _first_found(beginning, (*_OF_ANY_FILE, _no_header))
    return _first_found(beginning, (*_OF_ANY_FILE, _binary, _table))


def first_records(beginning: Beginning, delimiter: str, number: int) -> list[list[str]]:
    """Records that a table begins with, as far as its beginning tells."""
    text = beginning.text.replace(b"\x00", b" ").decode("utf-8", "replace")
    try:
        return list(islice(csv.reader(io.StringIO(text, ""), delimiter=delimiter), number))
    except csv.Error:
        return []


def _first_found(
    beginning: Beginning, finders: tuple[Callable[[Beginning], _Refusal | None], ...]
) -> _Refusal | None:
    return next((found for find in finders if (found := find(beginning))), None)


def _wide(beginning: Beginning) -> _Refusal | None:
    """UTF-16 and UTF-32, by their byte order mark, or because they make readable text."""
    start = beginning.head[:_TESTED]
    encoding = next(
        (name for mark, name in _BYTE_ORDER_MARKS.items() if start.startswith(mark)), ""
    )
    if not encoding and b"\x00" in start and not _NARROW.match(beginning.text):
        ascii_letters = {name: _count_ascii(start, name) for name in _WIDE}
        encoding = max(_WIDE, key=lambda name: ascii_letters[name])
        encoding = encoding if ascii_letters[encoding] else ""
    if not encoding:
        return None
    return f"{encoding} text", f"save it as UTF-8 (iconv -f {encoding} -t UTF-8)"


def _count_ascii(start: bytes, encoding: str) -> int:
    """ASCII characters in a text; 0 where it is none in this encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return 0
    is_readable = all(char.isprintable() or char in "\t\r\n" for char in text)
    return sum(char.isascii() for char in text) if is_readable else 0


def _magic(beginning: Beginning) -> _Refusal | None:
    head = beginning.head
    if head.startswith(_TAR, _TAR_AT):
        return "a tar archive of files", "unpack it"
    return next((found for magic, found in _MAGIC.items() if head.startswith(magic)), None)


def _html(beginning: Beginning) -> _Refusal | None:
    if not _HTML.match(beginning.text):
        return None
    return "a web page or XML", "it may be a login page that was saved; download the file again"


def _cr_only(beginning: Beginning) -> _Refusal | None:
    text = beginning.text.rstrip()
    if b"\r" not in text or b"\n" in beginning.head or text.startswith(b"["):
        return None
    return "text whose lines end in CR alone", r"make them LF with `tr '\r' '\n'`"


def _binary(beginning: Beginning) -> _Refusal | None:
    if b"\x00" not in beginning.head or beginning.text.startswith((b"{", b"[")):
        return None
    return "binary, no text", AS_LINES


def _no_header(beginning: Beginning) -> _Refusal | None:
    return _binary(beginning) if b"\x00" in beginning.text.partition(b"\n")[0] else None


def _table(beginning: Beginning) -> _Refusal | None:
    """Two lines of as many cells, and none that might be JSON."""
    if any(line.lstrip().startswith((b"{", b"[")) for line in beginning.text.split(b"\n")):
        return None
    for delimiter in DELIMITERS:
        cells = [len(record) for record in first_records(beginning, delimiter, 2)]
        if cells[1:] and cells[0] == cells[1] > 1:
            return "not JSON", "if it is a table, give a file whose name ends in .csv or .tsv"
    return None


_OF_ANY_FILE = (_wide, _magic, _html, _cr_only, refuse_first_object)
