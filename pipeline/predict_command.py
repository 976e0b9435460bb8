"""`newscat predict`: the likeliest categories of a text, or of the rows of a file of any size."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

import rich.progress
from rich.console import Console

from components.errors import SettingsError
from components.prediction.formats import Format, write_predictions
from components.prediction.predictor import Predictor
from components.prediction.text_rows import read_texts


def predict_text(
    model: str, headline: str, description: str, form: Format, with_sub_words: bool
) -> None:
    """Prints the categories of one article."""
    predictions = _load(model).predict([(headline, description)], with_sub_words)
    write_predictions(predictions, sys.stdout, form)


def predict_file(
    model: str, file: Path, to: Path | None, form: Format, with_sub_words: bool
) -> None:
    """Writes the categories of every row of a file, in its order, batch by batch.

    Lines that are no rows are reported on standard error, with their number, and left out.

    Args:
        model: SavedModel, or folder of versions.
        file: JSON lines.
        to: the file to write; standard output where it is None.
        form: of what is written.
        with_sub_words: whether the sub-words are shown.

    Raises:
        SettingsError: `file` cannot be read, or `to` not be written.
    """
    bad_rows = 0

    def report(line: int, reason: str) -> None:
        nonlocal bad_rows
        bad_rows += 1
        print(f"{file}:{line}: {reason}", file=sys.stderr)

    with open_with_progress(file) as lines, _open_output(to) as stream:
        predictor = _load(model)
        write_predictions(
            predictor.predict(read_texts(lines, report), with_sub_words), stream, form
        )
    if bad_rows:
        print(f"{file}: {bad_rows} lines are no rows and were left out", file=sys.stderr)


@contextmanager
def open_with_progress(file: Path) -> Iterator[BinaryIO]:
    """Opens a file to read, with a progress bar on standard error where that is a terminal.

    Raises:
        SettingsError: the file cannot be read.
    """
    console = Console(stderr=True)
    try:
        with rich.progress.open(
            file, "rb", console=console, description=file.name, disable=not console.is_terminal
        ) as stream:
            yield stream
    except OSError as error:
        if error.filename != str(file):
            raise
        raise SettingsError(f"--file: cannot read {file}: {error.strerror}") from error


@contextmanager
def _open_output(to: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears only when it is complete."""
    if to is None:
        yield sys.stdout
        return
    temporary = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        temporary.replace(to)
    except OSError as error:
        raise SettingsError(f"--to: cannot write {to}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _load(model: str) -> Predictor:
    with Console(stderr=True).status("Loading the model"):
        return Predictor(model)
