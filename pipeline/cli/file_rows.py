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
from components.row_files.raw_row import NoRowsError, RawRow
from components.row_files.rows import numbered_rows
from pipeline.terminal.progress_bar import open_with_progress

_STANDARD_INPUT = Path("-")


@contextmanager
def open_rows(file: Path) -> Iterator[Iterator[RawRow]]:
    """Opens the file of `--file`, or standard input for `-`, and reads its beginning.

    Yields:
        See `numbered_rows`.

    Raises:
        SettingsError: it cannot be read, or has no row.
        DataError: see `numbered_rows`.
    """
    with _open(file) as stream:
        rows = _read(stream, _name(file))
        try:
            first = next(rows)
        except NoRowsError as error:
            raise SettingsError(f"--file: {error}") from error
        yield chain([first], rows)


@contextmanager
def _open(file: Path) -> Iterator[BinaryIO]:
    if file != _STANDARD_INPUT:
        with open_with_progress(file) as stream:
            yield stream
    elif sys.stdin is None:
        raise SettingsError("--file: standard input is closed")
    else:
        yield sys.stdin.buffer


def _read(stream: BinaryIO, name: str) -> Iterator[RawRow]:
    try:
        yield from numbered_rows(stream, name)
    except OSError as error:
        raise FailureError(f"{name}: cannot be read to its end: {error.strerror}") from error


def named_rows(rows: Iterator[RawRow], file: Path, text_fields: Sequence[str]) -> Iterator[Row]:
    """The rows of a file, in order; each bad one is named on standard error.

    Args:
        rows: of the file.
        file: as it was given.
        text_fields: see `parse_row`.

    Raises:
        SettingsError: at the end, if there was no good one.
    """
    name, good, bad = _name(file), 0, 0
    for row in read_rows(rows, text_fields):
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
