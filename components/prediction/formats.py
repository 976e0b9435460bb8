"""How predictions are written: for people, as JSON lines, as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from enum import Enum
from itertools import islice
from typing import TextIO

from components.prediction.predict import Prediction


class Format(str, Enum):
    """A format of predictions."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def write_predictions(predictions: Iterable[Prediction], stream: TextIO, form: Format) -> None:
    """Writes predictions one by one, as they come."""
    writer = _WRITERS[form]
    writer(predictions, stream)


def _write_text(predictions: Iterable[Prediction], stream: TextIO) -> None:
    for prediction in predictions:
        print(next(filter(None, prediction.texts.values()), ""), file=stream)
        if prediction.sub_words:
            print(f"  {' '.join(prediction.sub_words)}", file=stream)
        for name, probability in prediction.categories:
            print(f"  {probability:6.1%}  {name}", file=stream)


def _write_json(predictions: Iterable[Prediction], stream: TextIO) -> None:
    for prediction in predictions:
        row: dict[str, object] = {
            **dict(islice(prediction.texts.items(), 1)),
            "predictions": [
                {"category": name, "probability": probability}
                for name, probability in prediction.categories
            ],
        }
        if prediction.sub_words:
            row["sub_words"] = prediction.sub_words
        print(json.dumps(row, ensure_ascii=False), file=stream)


def _write_csv(predictions: Iterable[Prediction], stream: TextIO) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    header_is_due = True
    for prediction in predictions:
        if header_is_due:
            ranks = range(1, len(prediction.categories) + 1)
            columns = [
                f"{column}_{rank}" for rank in ranks for column in ("category", "probability")
            ]
            writer.writerow([*prediction.texts, *columns])
            header_is_due = False
        ranked = [value for category in prediction.categories for value in category]
        writer.writerow([*prediction.texts.values(), *ranked])


_WRITERS = {Format.TEXT: _write_text, Format.JSON: _write_json, Format.CSV: _write_csv}
