"""`newscat predict`: the likeliest categories of a text, or of the rows of a file of any size."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, TextIO

import typer

from components.article.fields import TEXT_FIELDS
from components.article.row import read_articles
from components.errors import SettingsError
from components.prediction.formats import Format, write_predictions
from components.prediction.predict import predict as classify
from components.serving.exported_model import ExportedModel, find_saved_model
from pipeline.cli.options import RowsOption, check_arguments
from pipeline.terminal.console import progress_console
from pipeline.terminal.progress_bar import open_with_progress


def predict(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="HEADLINE [DESCRIPTION]", show_default=False)
    ] = None,
    model: Annotated[str, typer.Option(help="SavedModel, or a folder of versions.")] = "",
    file: RowsOption = None,
    to: Annotated[Path | None, typer.Option(help="File to write, with --file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for machines.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
    explain_tokens: Annotated[bool, typer.Option(help="Show the sub-words as well.")] = False,
) -> None:
    """Print the three likeliest categories of a headline, or of every row of a file."""
    if not model:
        raise SettingsError("predict needs --model DIR, the serving/ folder of a run")
    texts = text or []
    if (file is None) == (not texts) or len(texts) > len(TEXT_FIELDS):
        raise SettingsError("predict takes HEADLINE [DESCRIPTION], or --file ROWS.json")
    if as_json and as_csv:
        raise SettingsError("predict writes --json or --csv, not both")
    if to is not None and file is None:
        raise SettingsError("--to goes with --file")
    form = Format.JSON if as_json else Format.CSV if as_csv else Format.TEXT
    if file is not None:
        predict_file(model, file, to, form, explain_tokens)
    else:
        predict_texts(model, texts, form, explain_tokens)


def predict_texts(model: str, texts: list[str], form: Format, with_sub_words: bool) -> None:
    """Prints the categories of one article."""
    article = dict(zip_longest(TEXT_FIELDS, check_arguments(texts), fillvalue=""))
    predictions = classify(_load(model), [article], with_sub_words)
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

    def tell(line: int, reason: str) -> None:
        nonlocal bad_rows
        bad_rows += 1
        print(f"{file}:{line}: {reason}", file=sys.stderr)

    with open_with_progress(file) as lines, _open_output(to) as stream:
        loaded = _load(model)
        articles = read_articles(lines, loaded.text_fields, tell)
        write_predictions(classify(loaded, articles, with_sub_words), stream, form)
    if bad_rows:
        print(f"{file}: {bad_rows} lines are no rows and were left out", file=sys.stderr)


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


def _load(model: str) -> ExportedModel:
    with progress_console().status("Loading the model"):
        return ExportedModel(find_saved_model(model))
