"""Answers of a model, joined to the rows of a file: bad ones in their place, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pytest

from components.article.row import Row
from components.prediction.predict import predict_rows
from components.serving.exported_model import ExportedModel


class Echo:
    """Answers with the number that a headline holds."""

    text_fields = ("headline", "short_description")
    class_names = ("A", "B")

    def __init__(self) -> None:
        self.batches: list[int] = []

    def ask_about_texts(
        self, signature: str, articles: Sequence[Mapping[str, str]]
    ) -> Mapping[str, np.ndarray]:
        self.batches.append(len(articles))
        labels = [[article["headline"].encode(), b"B"] for article in articles]
        return {"labels": np.array(labels, object), "probabilities": np.ones((len(articles), 2))}


def row(number: int) -> Row:
    if number % 3 == 0:
        return Row(number, error="bad")
    return Row(number, {"headline": str(number), "short_description": ""})


@pytest.mark.parametrize("numbers", [range(1, 1_000), range(3, 4), range(0)])
def test_every_row_keeps_its_line_and_its_place(numbers: range):
    model = Echo()
    answers = list(predict_rows(cast(ExportedModel, model), map(row, numbers)))
    assert [answer.line for answer in answers] == list(numbers)
    for answer in answers:
        bad = answer.line is not None and answer.line % 3 == 0
        name, _ = answer.categories[0]
        assert (answer.error, name) == (("bad", "") if bad else ("", str(answer.line)))
        assert len(answer.categories) == 2 and list(answer.texts) == list(model.text_fields)
    assert max(model.batches, default=0) <= 256


def test_long_texts_make_small_batches():
    rows = (Row(n, {"headline": str(n), "short_description": "x" * 700_000}) for n in range(20))
    model = Echo()
    answers = list(predict_rows(cast(ExportedModel, model), rows))
    assert [answer.categories[0][0] for answer in answers] == [str(n) for n in range(20)]
    assert model.batches == [2] * 10


def test_rows_are_read_as_they_are_needed():
    read: list[int] = []

    def rows():
        for number in range(1, 100_000):
            read.append(number)
            yield row(number)

    first = next(predict_rows(cast(ExportedModel, Echo()), rows()))
    assert first.line == 1
    assert len(read) <= 256
