"""How predictions are written: for people, as JSON lines, as CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from enum import Enum
from itertools import islice
from typing import TextIO

from components.prediction.predict import Prediction
from components.printable import printable

# What a spreadsheet computes, behind blanks or apostrophes of which it hides the first.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


class Format(str, Enum):
    """A format of predictions."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


SUFFIXES = {
    ".txt": Format.TEXT,
    ".json": Format.JSON,
    ".jsonl": Format.JSON,
    ".csv": Format.CSV,
}
"""The formats by the ending of a file's name."""


def write_predictions(
    predictions: Iterable[Prediction], stream: TextIO, form: Format, with_errors: bool = False
) -> None:
    """Writes predictions one by one, as they come.

    Args:
        predictions: of articles, or errors of bad rows where they are asked for.
        stream: for the two formats for machines, one that leaves line ends as they are.
        form: of what is written.
        with_errors: whether bad rows are among them; a table has a column for their errors.
    """
    if form is Format.TEXT:
        _write_text(predictions, stream)
    elif form is Format.JSON:
        _write_json(predictions, stream)
    else:
        _write_csv(predictions, stream, with_errors)


def _write_text(predictions: Iterable[Prediction], stream: TextIO) -> None:
    for prediction in predictions:
        text = next(filter(None, prediction.texts.values()), prediction.error)
        print(printable(text), file=stream)
        if prediction.sub_words:
            print(f"  {printable(' '.join(prediction.sub_words))}", file=stream)
        for name, probability in prediction.categories:
            print(f"  {probability:6.1%}  {printable(name)}", file=stream)


def _write_json(predictions: Iterable[Prediction], stream: TextIO) -> None:
    for prediction in predictions:
        row: dict[str, object] = {} if prediction.line is None else {"line": prediction.line}
        if prediction.error:
            row["error"] = prediction.error
        else:
            row.update(islice(prediction.texts.items(), 1))
            row["predictions"] = [
                {"category": name, "probability": probability}
                for name, probability in prediction.categories
            ]
        if prediction.sub_words:
            row["sub_words"] = prediction.sub_words
        print(printable(json.dumps(row, ensure_ascii=False)), file=stream)


def _write_csv(predictions: Iterable[Prediction], stream: TextIO, with_errors: bool) -> None:
    # All texts in quotes: Python 3.10 leaves a lone carriage return without.
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    header_is_due = True
    for prediction in predictions:
        columns = _columns(prediction, with_errors)
        if header_is_due:
            writer.writerow(_cell(name) for name, _ in columns)
            header_is_due = False
        writer.writerow(_cell(value) for _, value in columns)


def _columns(prediction: Prediction, with_errors: bool) -> list[tuple[str, object]]:
    """A row of the table as (column, value)."""
    columns: list[tuple[str, object]] = []
    if prediction.line is not None:
        columns.append(("line", prediction.line))
    columns.extend(prediction.texts.items())
    for rank, (name, probability) in enumerate(prediction.categories, start=1):
        columns += [(f"category_{rank}", name), (f"probability_{rank}", probability)]
    if with_errors:
        columns.append(("error", prediction.error))
    return columns


def _cell(value: object) -> object:
    """A value as a cell that Python's csv module can read, and no spreadsheet computes.

    An apostrophe goes before what would be a formula, and before what has one or more already:
    so one is to be taken away from each text that begins with apostrophes and a formula.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "\N{SYMBOL FOR NULL}")
    return f"'{text}" if _FORMULA.match(text) else text
