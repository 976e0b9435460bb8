"""The rows of local files, each as a run judges it: the one way from files to what they hold."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.article.fields import TEXT_FIELDS
from components.article.row import Article, RowError, parse_row
from components.errors import SettingsError, file_error
from components.files import is_remote
from components.json_example_gen.rows import Outcome, judge_line
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.lines import numbered_lines
from pipeline.inputs import find_pattern
from pipeline.layout import shown
from pipeline.terminal.console import progress_console
from pipeline.terminal.progress_bar import open_shown


@dataclass(frozen=True)
class JudgedRow:
    """A line that is not blank.

    Attributes:
        file: its number among the files.
        line: its number in the file, from 1.
        outcome: what becomes of it in a run.
        article: what it says; None where it cannot be read.
        emptied: fields of an article that held no text, and were read as empty.
    """

    file: int
    line: int
    outcome: Outcome
    article: Article | None
    emptied: Sequence[str]


def local_files(option: str, patterns: Iterable[str]) -> list[Path]:
    """The files of this machine that some names or patterns stand for, each once.

    Args:
        option: that names them, for messages.
        patterns: see `find_pattern`.

    Raises:
        SettingsError: one of them matches no file.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        if is_remote(pattern):
            raise SettingsError(
                f"{option}: {pattern} is remote; this command reads files of this machine, so "
                "copy it here first (gcloud storage cp)"
            )
        # A named pipe would be waited for; a run takes none either.
        files = [file for file in sorted(glob.glob(find_pattern(pattern))) if os.path.isfile(file)]
        if not files:
            is_other = os.path.exists(pattern)
            hint = " (what is there is no regular file; name files)" if is_other else ""
            raise SettingsError(f"{option}: no file matches {pattern}{hint}")
        found.update((Path(shown(file)), None) for file in files)
    return list(found)


def judged_rows(files: Sequence[Path], taxonomy: Taxonomy) -> Iterator[JudgedRow]:
    """The rows of some files, in order, with a progress bar a file on standard error.

    Args:
        files: to read.
        taxonomy: of the run; without any category it finds all of them unknown.

    Raises:
        DataError: see `numbered_lines`.
        NewscatError: a file cannot be read.
    """
    for number, path in enumerate(files):
        try:
            with open_shown(path, progress_console(), transient=True) as file:
                for line_number, line in numbered_lines(file, str(path)):
                    yield _judge(number, line_number, line, taxonomy)
        except OSError as error:
            raise file_error(f"cannot read {path}", error) from error


def _judge(file: int, number: int, line: bytes, taxonomy: Taxonomy) -> JudgedRow:
    outcome = judge_line(line, TEXT_FIELDS, taxonomy)
    if outcome.article:
        return JudgedRow(file, number, outcome, outcome.article, outcome.emptied)
    # What is excluded, or of an unknown category, says something all the same.
    emptied: list[str] = []
    try:
        article = parse_row(line, TEXT_FIELDS, on_unusable=emptied.append)
    except RowError:
        return JudgedRow(file, number, outcome, None, ())
    return JudgedRow(file, number, outcome, article, emptied)
