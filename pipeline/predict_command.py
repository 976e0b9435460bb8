"""`newscat predict`: prints the likeliest categories of a text or of the rows of a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console

from components.prediction.predictor import Prediction, Predictor
from components.prediction.text_rows import read_texts


def predict_text(model: str, headline: str, description: str = "", as_json: bool = False) -> None:
    """Prints the categories of one article."""
    (prediction,) = _load(model).predict([(headline, description)])
    print(_format(prediction, as_json))


def predict_file(model: str, file: Path, as_json: bool) -> int:
    """Prints the categories of every row of a file; bad rows go to standard error.

    Returns:
        The number of bad rows.
    """
    bad_rows = 0

    def report(line: int, reason: str) -> None:
        nonlocal bad_rows
        bad_rows += 1
        print(f"{file}:{line}: {reason}", file=sys.stderr)

    for prediction in _load(model).predict(read_texts(file, report)):
        print(_format(prediction, as_json))
    return bad_rows


def _load(model: str) -> Predictor:
    with Console(stderr=True).status("Loading the model"):
        return Predictor(model)


def _format(prediction: Prediction, as_json: bool) -> str:
    if as_json:
        ranked = [{"category": name, "probability": p} for name, p in prediction.categories]
        return json.dumps(
            {"headline": prediction.headline, "predictions": ranked}, ensure_ascii=False
        )
    lines = [f"  {probability:6.1%}  {name}" for name, probability in prediction.categories]
    return "\n".join([prediction.headline, *lines])
