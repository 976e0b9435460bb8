"""`newscat predict`: the likeliest categories of a text, or of the rows of a file of any size."""

from __future__ import annotations

import os
from itertools import zip_longest
from pathlib import Path
from typing import Annotated

import typer

from components.article.blank import is_blank
from components.article.fields import TEXT_FIELDS
from components.errors import SettingsError
from components.prediction.formats import SUFFIXES, Format, write_predictions
from components.prediction.predict import predict as classify
from components.prediction.predict import predict_rows
from components.serving.exported_model import ExportedModel, find_saved_model
from pipeline.cli.file_rows import named_rows, open_rows
from pipeline.cli.options import RowsOption, check_arguments
from pipeline.layout import shown
from pipeline.terminal.console import progress_console
from pipeline.terminal.output import open_result_file, open_standard_output


def predict(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="HEADLINE [DESCRIPTION]", show_default=False)
    ] = None,
    model: Annotated[str, typer.Option(help="SavedModel, or a folder of versions.")] = "",
    file: RowsOption = None,
    to: Annotated[
        Path | None, typer.Option(help="File to write, with --file; .txt, .json, .jsonl or .csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for machines.")] = False,
    as_csv: Annotated[
        bool,
        typer.Option(
            "--csv",
            help="CSV with a header; a text that a spreadsheet would compute gets one more "
            "apostrophe in front, NUL becomes U+2400.",
        ),
    ] = False,
    keep_bad_rows: Annotated[
        bool, typer.Option("--keep-bad-rows", help="Write bad rows in their place, as errors.")
    ] = False,
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
    if file is None and (to is not None or keep_bad_rows):
        raise SettingsError("--to and --keep-bad-rows go with --file")
    form = _choose_format(as_json, as_csv, to)
    if keep_bad_rows and form is Format.TEXT:
        raise SettingsError("--keep-bad-rows goes with --json or --csv")
    if explain_tokens and form is Format.CSV:
        raise SettingsError("--explain-tokens goes with text and --json, a table has no sub-words")
    if file is not None:
        predict_file(model, file, to, form, explain_tokens, keep_bad_rows)
    else:
        predict_texts(model, texts, form, explain_tokens)


def _choose_format(as_json: bool, as_csv: bool, to: Path | None) -> Format:
    """The format that was asked for, by an option or by the ending of `--to`."""
    asked = Format.JSON if as_json else Format.CSV if as_csv else None
    suffix = to.suffix.lower() if to else ""
    if not suffix:
        return asked or Format.TEXT
    if suffix not in SUFFIXES:
        raise SettingsError(
            f"--to: {to} ends in {suffix}, and a result ends in {', '.join(SUFFIXES)}"
        )
    if asked and asked is not SUFFIXES[suffix]:
        raise SettingsError(f"--to: {to} ends in {suffix}, and --{asked.value} asks for another")
    return SUFFIXES[suffix]


def predict_texts(model: str, texts: list[str], form: Format, with_sub_words: bool) -> None:
    """Prints the categories of one article."""
    article = dict(zip_longest(TEXT_FIELDS, check_arguments(texts), fillvalue=""))
    if all(map(is_blank, texts)):
        raise SettingsError("HEADLINE: there is no text in it")
    predictions = classify(_load(model), [article], with_sub_words)
    with open_standard_output(form is Format.TEXT) as stream:
        write_predictions(predictions, stream, form)


def predict_file(
    model: str,
    file: Path,
    to: Path | None,
    form: Format,
    with_sub_words: bool,
    keep_bad_rows: bool,
) -> None:
    """Writes the categories of every row of a file, in its order, batch by batch.

    Lines that are no rows are named on standard error, with their number.

    Args:
        model: SavedModel, or folder of versions.
        file: of rows; `-` for standard input.
        to: the file to write; standard output where it is None.
        form: of what is written.
        with_sub_words: whether the sub-words are shown.
        keep_bad_rows: whether bad rows are written in their place, or left out.

    Raises:
        SettingsError: `file` cannot be read or has no usable row, or `to` cannot be written.
        DataError: see `numbered_rows`.
    """
    if to and os.path.exists(to) and os.path.exists(file) and os.path.samefile(to, file):
        raise SettingsError(f"--to: {to} is the file that --file reads")
    output = open_result_file(to) if to else open_standard_output(form is Format.TEXT)
    with open_rows(file) as raw_rows, output as stream:
        loaded = _load(model)
        rows = named_rows(raw_rows, file, loaded.text_fields)
        if not keep_bad_rows:
            rows = (row for row in rows if not row.error)
        predictions = predict_rows(loaded, rows, with_sub_words)
        write_predictions(predictions, stream, form, with_errors=keep_bad_rows)


def _load(model: str) -> ExportedModel:
    def tell_passed_over(version: str) -> None:
        progress_console().print(
            f"model     {shown(version)} is incomplete, and passed over", soft_wrap=True
        )

    folder = find_saved_model(model, tell_passed_over)
    with progress_console().status("Loading the model"):
        loaded = ExportedModel(folder)
    progress_console().print(f"model     {shown(folder)}", soft_wrap=True)
    return loaded
