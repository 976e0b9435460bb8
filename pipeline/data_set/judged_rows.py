"""The rows of local files, each as a run judges it: the one way from files to what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from components.article.fields import TEXT_FIELDS
from components.article.names import check_fields
from components.article.row import Article, RowError, parse_row
from components.errors import SettingsError, file_error
from components.json_example_gen.rows import Outcome, judge_row
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.local_file import check_regular
from components.row_files.raw_row import RawRow
from components.row_files.rows import numbered_rows
from pipeline.data_files import each_once, is_elsewhere, local_files
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


def find_local_files(option: str, given: Iterable[str]) -> list[Path]:
    """The files of this machine that are meant, each once, as a run finds them.

    Args:
        option: that names them, for messages.
        given: see `find_data_files`.

    Raises:
        SettingsError: one of them is remote, matches nothing, or cannot be looked at.
        DataError: it is something else than a file.
    """
    found: list[str] = []
    for each in given:
        if is_elsewhere(each):
            raise SettingsError(
                f"{option}: {each} is remote; this command reads files of this machine, so copy "
                "it here first (gcloud storage cp)"
            )
        found += local_files(option, each)
    for path in found:
        try:
            check_regular(path)
        except OSError as error:
            raise file_error(f"{option}: cannot read {path}", error) from error
    return [Path(shown(path)) for path in each_once(found)]


def judged_rows(
    files: Sequence[Path], taxonomy: Taxonomy, names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[JudgedRow]:
    """The rows of some files, in order, with a progress bar a file on standard error.

    Args:
        files: to read.
        taxonomy: of the run; without any category it finds all of them unknown.
        names: see `parse_row`.

    Raises:
        DataError: see `numbered_rows` and `check_fields`.
        NewscatError: a file cannot be read.
    """
    for number, path in enumerate(files):
        try:
            with path.open("rb") as file:
                check_fields(numbered_rows(file, str(path)), str(path), TEXT_FIELDS, names)
            with open_shown(path, progress_console(), transient=True) as file:
                for row in numbered_rows(file, str(path)):
                    yield _judge(number, row, taxonomy, names)
        except OSError as error:
            raise file_error(f"cannot read {path}", error) from error


def _judge(file: int, row: RawRow, taxonomy: Taxonomy, names: Mapping[str, str]) -> JudgedRow:
    outcome = judge_row(row, TEXT_FIELDS, taxonomy, names)
    if outcome.article:
        return JudgedRow(file, row.line, outcome, outcome.article, outcome.emptied)
    # What is excluded, or of an unknown category, says something all the same.
    emptied: list[str] = []
    try:
        article = parse_row(row.json, TEXT_FIELDS, on_unusable=emptied.append, names=names)
    except RowError:
        return JudgedRow(file, row.line, outcome, None, ())
    return JudgedRow(file, row.line, outcome, article, emptied)
