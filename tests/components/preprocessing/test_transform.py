"""The Transform graph on a handful of rows, through TFT's own Beam implementation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tensorflow as tf
import tensorflow_transform as tft
from tokenizers import Tokenizer

from components.article.example import join_texts
from components.article.fields import HEADLINE, SHORT_DESCRIPTION
from components.preprocessing import features
from components.preprocessing.taxonomy import Taxonomy
from tests.support.transform_graph import NAMES, make_transform_graph

TAXONOMY = Taxonomy(
    class_of={
        "POLITICS": "POLITICS",
        "HEALTHY LIVING": "WELLNESS & HEALTHY LIVING",
        "WELLNESS": "WELLNESS & HEALTHY LIVING",
        "ARTS": "ARTS & CULTURE",
    }
)
ROWS = [
    ("Senate Passes Budget", "A long night.", "POLITICS", "2018-05-25"),
    ("Ten Stretches", "", "HEALTHY LIVING", "2014-01-31"),
    ("A Walk A Day", "Your heart agrees.", "WELLNESS", "yesterday"),
    ("The Painter’s Return", "", "ARTS", "2018-05-26 00:00:00"),
    ("Lost in Orbit", "", "SPACE", ""),
]
NONE = b"no description"


@pytest.fixture(scope="module")
def transform_output(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A transform graph, moved after it was made, so that a path of its making would show."""
    folder = tmp_path_factory.mktemp("transform")
    graph, _ = make_transform_graph(ROWS, TAXONOMY, checkpoint, 10, folder)
    shutil.move(graph, folder / "moved")
    return str(folder / "moved")


def transform(transform_output: str, **columns: list[str]) -> dict[str, tf.Tensor]:
    layer = tft.TFTransformOutput(transform_output).transform_features_layer()
    return layer({name: tf.constant(texts)[:, tf.newaxis] for name, texts in columns.items()})


def columns(*names: str) -> dict[str, list[str]]:
    return {name: [row[NAMES.index(name)] for row in ROWS] for name in names}


def test_categories_merge_and_ids_follow_the_sorted_names(transform_output: str):
    transformed = transform(transform_output, **columns(*NAMES))
    assert transformed[features.LABEL].numpy().tolist() == [1, 2, 2, 0, -1]
    assert transformed[features.CLASS_NAME].numpy().tolist() == [
        b"POLITICS",
        b"WELLNESS & HEALTHY LIVING",
        b"WELLNESS & HEALTHY LIVING",
        b"ARTS & CULTURE",
        b"",
    ]


def test_token_ids_are_those_of_tokenizers_truncated_and_not_padded(
    transform_output: str, checkpoint: Path
):
    reference = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    reference.enable_truncation(10)
    transformed = transform(transform_output, **columns(HEADLINE, SHORT_DESCRIPTION))
    expected = [
        reference.encode(f"{headline} {description}".strip()).ids
        for headline, description, *_ in ROWS
    ]
    assert transformed[features.TOKEN_IDS].to_list() == expected
    lengths = {len(ids) for ids in expected}
    assert max(lengths) == 10 > min(lengths), "some rows are cut, and some stay shorter"


def test_slices_are_the_rows_without_description_the_longest_and_the_newest_tenth(
    transform_output: str,
):
    transformed = transform(transform_output, **columns(*NAMES))
    slices = {name: transformed[name].numpy().tolist() for name in features.SLICES}
    assert slices == {
        features.DESCRIPTION_SLICE: [b"", NONE, b"", NONE, NONE],
        features.LENGTH_SLICE: [b"long text", b"", b"", b"", b""],
        features.DATE_SLICE: [b"", b"", b"", b"newest rows", b""],
    }


def test_bounds_are_counted_and_keys_are_the_identities_whatever_the_order_of_the_rows(
    checkpoint: Path, tmp_path: Path
):
    rows = [("x" * (1 + i % 100), "", "ARTS", f"201{i % 9}-0{1 + i % 7}-11") for i in range(1_000)]
    dates, lengths = sorted(row[3] for row in rows), sorted(len(row[0]) for row in rows)
    for number, order in enumerate((rows, sorted(rows, reverse=True))):
        graph, transformed = make_transform_graph(
            order, TAXONOMY, checkpoint, 10, tmp_path / str(number)
        )
        texts, days = ["x" * i for i in range(1, 101)], sorted(set(dates))
        slices = transform(graph, headline=texts, short_description=[""] * 100)
        long = slices[features.LENGTH_SLICE].numpy().tolist()
        assert long.index(b"long text") + 1 == lengths[900]
        new = transform(graph, date=days)[features.DATE_SLICE].numpy().tolist()
        assert days[new.index(b"newest rows")] == dates[900]
        keys = {
            (len(row[0]), one[features.ROW_KEY])
            for row, one in zip(order, transformed, strict=True)
        }
        assert len(keys) == len({key for _, key in keys}) == 100


def test_serving_needs_no_category(transform_output: str):
    transformed = transform(transform_output, headline=["A"], short_description=[""])
    assert features.LABEL not in transformed and features.ROW_KEY not in transformed


def test_the_class_names_travel_with_the_graph(transform_output: str):
    output = tft.TFTransformOutput(transform_output)
    names = output.vocabulary_by_name(features.CLASS_NAMES_ASSET)
    assert [name.decode() for name in names] == TAXONOMY.class_names


def test_text_is_joined_with_one_space_and_none_where_a_part_is_empty():
    joined = join_texts([tf.constant(["A", "B", ""]), tf.constant(["x", "", "z"])])
    assert joined.numpy().tolist() == [b"A x", b"B", b"z"]


def test_rows_without_any_date_have_no_newest(checkpoint: Path, tmp_path: Path):
    rows = [(*row[:3], "") for row in ROWS]
    graph, _ = make_transform_graph(rows, TAXONOMY, checkpoint, 10, tmp_path)
    transformed = transform(graph, **columns(*NAMES[:3]), date=[""] * 5)
    assert transformed[features.DATE_SLICE].numpy().tolist() == [b""] * 5
