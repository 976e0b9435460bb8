"""Compiled tokenizers give the ids of Hugging Face's `tokenizers`, text for text."""

from __future__ import annotations

import json
import os
from itertools import islice
from pathlib import Path

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

# Files of JSON lines to compare on, as in PATH; without any, the synthetic sample's.
ROWS = os.environ.get("NEWSCAT_PARITY_ROWS")


def test_fuzzed_texts(pair, fuzz):
    for texts in fuzz(pair, seed=2024, count=2000):
        pair.check(texts)


@pytest.mark.slow
def test_100_000_fuzzed_texts(pair, fuzz):
    for texts in fuzz(pair, seed=int(os.environ.get("NEWSCAT_PARITY_SEED", "7")), count=100_000):
        pair.check(texts)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(texts=st.lists(st.text().map(str.encode) | st.binary(), max_size=20))
def test_any_batch_of_bytes(pair, texts):
    pair.check(texts)


@pytest.mark.slow
@pytest.mark.parametrize("context", ["{0}", "a{0}b 1{0}2 {0} .{0}!{0}{0}"])
def test_every_code_point(pair, context):
    characters = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    texts = (context.format(character).encode() for character in characters)
    while batch := list(islice(texts, 8192)):
        pair.check(batch)


def test_rows_of_files(pair, sample_file):
    for file in ROWS.split(os.pathsep) if ROWS else [sample_file]:
        with Path(file).open(encoding="utf-8") as lines:
            rows = map(json.loads, lines)
            texts = (f"{row['headline']} {row['short_description']}".encode() for row in rows)
            while batch := list(islice(texts, 1024)):
                pair.check(batch)


def test_text_that_spells_a_special_token_stays_text(pair):
    special = {token.content for token in pair.reference.get_added_tokens_decoder().values()}
    texts = [f"{token}a {token} {token}{token}".encode() for token in special]
    pair.check(texts)
    ids = {pair.reference.token_to_id(token) for token in special} - unknown_ids(pair)
    for row in pair.graph(texts).to_list():
        assert not ids.intersection(row[1:-1])


def test_truncation_keeps_the_frame(pair):
    pair.check([b"word " * count for count in range(0, 100)])
    rows = pair.graph([b"a b " * 100, b"a"]).to_list()
    assert len(rows[0]) == pair.graph.max_length
    assert (rows[0][0], rows[0][-1]) == (rows[1][0], rows[1][-1])


@pytest.mark.parametrize("batch", [0, 1, 3])
def test_result_is_ragged_int32_for_any_batch(pair, batch):
    ids = pair.graph(tf.constant(["some text"] * batch, tf.string))
    assert isinstance(ids, tf.RaggedTensor)
    assert ids.dtype == tf.int32
    assert ids.shape.as_list() == [batch, None]
    assert ids.to_list() == pair.graph(["some text"]).to_list() * batch


def test_invalid_utf8_is_read_as_python_reads_it(pair):
    pair.check(
        [b"\xff", b"caf\xe9 au lait", b"\xe2\x82", b"\xed\xa0\x80\xed\xb0\x80", b"\xc0\xafa"]
    )


@pytest.mark.parametrize("unit", ["a", "\n\u3000", "é1 ", "🙂!"])
def test_a_megabyte_gets_an_answer(pair, unit):
    pair.check([unit.encode() * (2**20 // len(unit.encode()))])


def test_what_the_model_has_to_know(pair):
    vocabulary = pair.reference.get_vocab(with_added_tokens=True)
    assert pair.graph.vocabulary_size == len(vocabulary)
    assert {piece: id for id, piece in enumerate(pair.graph.pieces)} == vocabulary
    assert pair.graph.pieces[pair.graph.pad_id] in ("<pad>", "[PAD]")


def unknown_ids(pair) -> set[int | None]:
    """The id of words without pieces, which BERT's tokenizers may give for any text."""
    return {pair.reference.token_to_id("[UNK]")}
