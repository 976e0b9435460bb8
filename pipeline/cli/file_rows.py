"""The rows of `--file`, for commands that answer each: bad ones are named, one has to be good."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from components.article.row import Row, read_rows
from components.errors import FailureError, SettingsError
from components.printable import printable
from components.row_files.lines import numbered_lines
from pipeline.terminal.progress_bar import open_with_progress

_Lines = Iterator[tuple[int, bytes]]
_STANDARD_INPUT = Path("-")


@contextmanager
def open_lines(file: Path) -> Iterator[_Lines]:
    """Opens the file of `--file`, or standard input for `-`, and reads its beginning.

    Yields:
        See `numbered_lines`.

    Raises:
        SettingsError: it cannot be read, or has no row.
        DataError: see `numbered_lines`.
    """
    with _open(file) as stream:
        lines = _read(stream, _name(file))
        first = next(lines, None)
        if first is None:
            raise SettingsError(f"--file: {_name(file)} has no row; it takes JSON lines")
        yield chain([first], lines)


@contextmanager
def _open(file: Path) -> Iterator[BinaryIO]:
    if file != _STANDARD_INPUT:
        with open_with_progress(file) as stream:
            yield stream
    elif sys.stdin is None:
        raise SettingsError("--file: standard input is closed")
    else:
        yield sys.stdin.buffer


def _read(stream: BinaryIO, name: str) -> _Lines:
    try:
        yield from numbered_lines(stream, name)
    except OSError as error:
        raise FailureError(f"{name}: cannot be read to its end: {error.strerror}") from error


def named_rows(lines: _Lines, file: Path, text_fields: Sequence[str]) -> Iterator[Row]:
    """The rows of a file, in order; each bad one is named on standard error.

    Args:
        lines: of the file.
        file: as it was given.
        text_fields: see `parse_row`.

    Raises:
        SettingsError: at the end, if there was no good one.
    """
    name, good, bad = _name(file), 0, 0
    for row in read_rows(lines, text_fields):
        if row.error:
            bad += 1
            _tell(f"{name}:{row.line}: {row.error}")
        else:
            good += 1
        yield row
    if not good:
        raise SettingsError(f"--file: none of the {bad:,} rows of {name} can be used")
    if bad:
        _tell(f"{name}: {bad:,} of {good + bad:,} rows are bad, and got no answer")


def _name(file: Path) -> str:
    return "standard input" if file == _STANDARD_INPUT else str(file)


def _tell(message: str) -> None:
    print(printable(message), file=sys.stderr)
