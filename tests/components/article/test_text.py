"""What the model reads of an article: the same in Python, and in the graph."""

from __future__ import annotations

import pytest
import tensorflow as tf

from components.article.example import article_to_example, join_texts
from components.article.row import RowError, joined_text, parse_row

FIELDS = ("headline", "short_description", "authors")


@pytest.mark.parametrize("fields", [FIELDS[:1], FIELDS[:2], FIELDS])
def test_the_graph_joins_as_python_does(fields: tuple[str, ...]):
    articles = [
        {"headline": a, "short_description": b, "authors": c}
        for a in ("A", "")
        for b in ("", "b", " ")
        for c in ("", "Ä")
    ]
    texts = [tf.constant([article[name] for article in articles]) for name in fields]
    joined = [text.decode() for text in join_texts(texts).numpy().tolist()]
    assert joined == [joined_text(article, fields) for article in articles]


def test_any_of_the_text_fields_is_enough_and_one_is_needed():
    assert parse_row(b'{"authors": "A"}', FIELDS)["headline"] == ""
    with pytest.raises(RowError, match="no text: headline and short_description are empty"):
        parse_row(b'{"authors": "A"}', FIELDS[:2])


def test_a_field_that_no_dataset_has_can_be_a_text_field():
    article = parse_row(b'{"kicker": "Breaking", "link": null}', ("kicker",))
    feature = article_to_example(article, "0af").features.feature
    assert feature["kicker"].bytes_list.value[0] == b"Breaking"
    assert feature["partition_key"].bytes_list.value[0] == b"0af"
    assert feature["link"].bytes_list.value[0] == b""
