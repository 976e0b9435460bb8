"""Predictions for people, as JSON lines and as CSV."""

import csv
import io
import json
import re
from pathlib import Path

import pandas
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


HOSTILE = [
    "=1+1",
    "+49",
    "-x",
    "@me",
    "  =HYPERLINK(1)",
    "\ttab",
    "\rreturn",
    "\nnew line",
    "＝1",
    "'=quoted already",
    "''=twice",
    "' an apostrophe, and no formula",
    "lone\rreturn",
    "two\r\nlines",
    'quotes " and ""',
    "comma, semicolon; tab\tin it",
    '"',
    "\x1b[2J\x7f\x85\u2028\u202e",
    "\ufeffmark",
    "null\0null",
    "",
    " ",
    "1e5",
    "\\",
]


def read_back(cell: str) -> str:
    """What the text was, as the documentation says."""
    return re.sub(r"^'(?='*(?:\s*[=+\-@＝＋－＠]|[\t\r\n]))", "", cell)


@pytest.fixture
def hostile_table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    rows = [
        Prediction(texts(text, text), [("=CRIME", 0.5)], line=number)
        for number, text in enumerate(HOSTILE, start=1)
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_predictions(iter(rows), stream, Format.CSV)
    return path


def test_a_table_of_hostile_texts_reads_back_with_csv(hostile_table: Path):
    with hostile_table.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == [
        "line",
        "headline",
        "short_description",
        "category_1",
        "probability_1",
    ]
    expected = [text.replace("\0", "␀") for text in HOSTILE]
    assert [int(row[0]) for row in rows] == list(range(1, len(HOSTILE) + 1))
    assert [read_back(row[1]) for row in rows] == expected
    assert [read_back(row[2]) for row in rows] == expected
    assert {tuple(row[3:]) for row in rows} == {("'=CRIME", "0.5")}


def test_a_table_of_hostile_texts_reads_back_with_pandas(hostile_table: Path):
    table = pandas.read_csv(hostile_table, keep_default_na=False)
    expected = [text.replace("\0", "␀") for text in HOSTILE]
    assert [read_back(text) for text in table["headline"]] == expected
    assert table["line"].tolist() == list(range(1, len(HOSTILE) + 1))
    assert table["probability_1"].dtype == float


def test_no_text_of_a_table_begins_a_formula(hostile_table: Path):
    with hostile_table.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            text = row["headline"]
            assert not text.lstrip().startswith(tuple("=+-@＝＋－＠")), text
            assert not text.startswith(("\t", "\r", "\n")), text


BAD = Prediction(texts("", ""), [("", None)] * 2, line=1, error='not JSON ("\x1b")')


def test_bad_rows_are_errors_in_their_place():
    good = Prediction(texts("A", ""), [("POLITICS", 0.75), ("MEDIA", 0.125)], line=2)
    stream = io.StringIO()
    write_predictions(iter([BAD, good, BAD]), stream, Format.JSON, with_errors=True)
    first, second, third = map(json.loads, stream.getvalue().splitlines())
    assert first == third == {"line": 1, "error": BAD.error}
    assert list(second) == ["line", "headline", "predictions"]

    stream = io.StringIO(newline="")
    write_predictions(iter([BAD, good, BAD]), stream, Format.CSV, with_errors=True)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))
    assert [row["error"] for row in rows] == [BAD.error, "", BAD.error]
    assert [row["probability_2"] for row in rows] == ["", "0.125", ""]
    assert [row["line"] for row in rows] == ["1", "2", "1"]


@pytest.mark.parametrize("form", [Format.TEXT, Format.JSON])
def test_nothing_steers_a_terminal(form: Format):
    rows = [Prediction(texts(text, ""), [(text, 0.5)], [text]) for text in HOSTILE if text.strip()]
    stream = io.StringIO()
    write_predictions(iter(rows), stream, form)
    written = stream.getvalue()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", written)
    assert len(written.splitlines()) == len(rows) * (1 if form is Format.JSON else 3)
    if form is Format.JSON:
        read = [json.loads(line)["headline"] for line in written.splitlines()]
        assert read == [row.texts["headline"] for row in rows]


@pytest.mark.parametrize("form", list(Format))
def test_no_rows_give_no_output(form: Format):
    stream = io.StringIO()
    write_predictions(iter([]), stream, form)
    assert stream.getvalue() == ""
