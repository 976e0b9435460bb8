"""Predictions for people, as JSON lines and as CSV."""

import csv
import io
import json

import pytest

from components.article.fields import TEXT_FIELDS
from components.prediction.formats import Format, write_predictions
from components.prediction.predict import Prediction


def texts(*values: str) -> dict[str, str]:
    return dict(zip(TEXT_FIELDS, values, strict=True))


PREDICTIONS = [
    Prediction(texts('Says "no", again', ""), [("POLITICS", 0.75), ("MEDIA", 0.125)]),
    Prediction(texts("", "Ünly this"), [("IMPACT", 0.5), ("WOMEN", 0.25)], ["<s>", "Only"]),
]


def write(form: Format) -> str:
    stream = io.StringIO()
    write_predictions(iter(PREDICTIONS), stream, form)
    return stream.getvalue()


def test_json_lines_hold_one_object_a_row():
    first, second = (json.loads(line) for line in write(Format.JSON).splitlines())
    assert first == {
        "headline": 'Says "no", again',
        "predictions": [
            {"category": "POLITICS", "probability": 0.75},
            {"category": "MEDIA", "probability": 0.125},
        ],
    }
    assert second["sub_words"] == ["<s>", "Only"]


def test_csv_has_a_header_and_quotes():
    header, first, second = csv.reader(io.StringIO(write(Format.CSV)))
    assert header[:4] == ["headline", "short_description", "category_1", "probability_1"]
    assert first == ['Says "no", again', "", "POLITICS", "0.75", "MEDIA", "0.125"]
    assert second[1] == "Ünly this"


def test_text_shows_percentages():
    text = write(Format.TEXT)
    assert "75.0%  POLITICS" in text
    assert "Ünly this\n  <s> Only\n   50.0%  IMPACT" in text


@pytest.mark.parametrize("form", list(Format))
def test_no_rows_give_no_output(form: Format):
    stream = io.StringIO()
    write_predictions(iter([]), stream, form)
    assert stream.getvalue() == ""
