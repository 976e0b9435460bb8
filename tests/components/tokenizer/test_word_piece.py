"""WordPiece: what BERT's normalizer and pre-tokenizer do to each character."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    "settings",
    [
        {"lowercase": False},
        {"strip_accents": False, "clean_text": False},
        {"lowercase": False, "strip_accents": True, "handle_chinese_chars": False},
    ],
    ids=str,
)
def test_every_setting_of_the_normalizer(make_word_piece, pair_of, fuzz, tmp_path, settings):
    make_word_piece(**settings).save(str(tmp_path / "tokenizer.json"))
    pair = pair_of(tmp_path)
    for texts in fuzz(pair, seed=11, count=1000, batch=1000):
        pair.check(texts)


def test_words_are_measured_in_characters(word_piece, pair_of, tmp_path):
    definition = json.loads(word_piece.to_str())
    definition["model"]["max_input_chars_per_word"] = 5
    (tmp_path / "tokenizer.json").write_text(json.dumps(definition), "utf-8")
    pair = pair_of(tmp_path)
    units = ("a", "é", "ж", "한", "🙂")
    pair.check([(unit * length).encode() for unit in units for length in range(12)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Naïve FAÇADE", ["naive", "facade"]),
        ("can't-stop", ["can", "'", "t", "-", "stop"]),
        ("中文x", ["中", "文", "x"]),
        ("a\u00adb\u200bc\x00\ufffd", ["abc"]),
        ("a\u3000b\u2028c", ["a", "b", "c"]),
        ("İΣ", ["iσ"]),
        ("한", ["\u1112\u1161\u11ab"]),
    ],
)
def test_words(folders, pair_of, text, words):
    pair = pair_of(folders["word_piece"])
    rewritten = pair.graph.blueprint.algorithm.characters.build()([text]).numpy()[0].decode()
    assert rewritten.split() == words
