"""The rows of a file of any kind that is read: the one way from a file to what is parsed."""

from __future__ import annotations

from collections.abc import Iterator

from components.row_files.beginning import Beginning
from components.row_files.json_array import read_array
from components.row_files.kinds import Kind, find_delimiter, find_kind
from components.row_files.lines import Source, read_plain, split_lines
from components.row_files.raw_row import NoRowsError, RawRow
from components.row_files.table import read_table

_NO_ROWS = {
    Kind.ARRAY: "its JSON array is empty",
    Kind.TABLE: "there is nothing below its header",
}


def numbered_rows(source: Source, name: str) -> Iterator[RawRow]:
    """The rows of a file in order, those that are no object among them; blank lines are none.

    Args:
        source: open for binary reading.
        name: of the file, whose ending says whether it is compressed, or a table.

    Raises:
        NoRowsError: it has none.
        DataError: it is of no kind that is read, or cannot be read to its end; see `find_kind`,
            `decompress`, `read_array` and `read_table`.
    """
    _, rows = open_rows(source, name)
    yield from rows


def open_rows(source: Source, name: str) -> tuple[Kind, Iterator[RawRow]]:
    """The kind of a file, by its beginning, and its rows; see `numbered_rows`.

    Raises:
        DataError: it is of no kind that is read.
    """
    beginning = Beginning(read_plain(source, name), name)
    kind = find_kind(beginning)
    return kind, _read_or_refuse(kind, beginning)


def _read_or_refuse(kind: Kind, beginning: Beginning) -> Iterator[RawRow]:
    row = None
    for row in _read(kind, beginning):
        yield row
    if row is None:
        why = _NO_ROWS.get(kind, "") if beginning.text else ""
        raise NoRowsError(
            f"{beginning.name}: has no row, {why or 'it is empty'}; leave it out, or fetch it again"
        )


def _read(kind: Kind, beginning: Beginning) -> Iterator[RawRow]:
    if kind is Kind.ARRAY:
        return read_array(beginning.pieces, beginning.name)
    if kind is Kind.TABLE:
        return read_table(beginning.pieces, beginning.name, find_delimiter(beginning))
    return (RawRow(number, line, line) for number, line in split_lines(beginning.pieces))
