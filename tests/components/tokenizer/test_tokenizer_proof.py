"""The proof at build time: it runs, says so, and catches graphs that are nearly right."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable
from typing import Any

import pytest
import tokenizers
from transformers.utils.sentencepiece_model_pb2 import ModelProto

from components.tokenizer import ParityError, compile_tokenizer, compiler
from components.tokenizer.byte_level_bpe import byte_level_bpe
from components.tokenizer.graph_tokenizer import Algorithm, Blueprint
from components.tokenizer.parity import prove
from components.tokenizer.source import Source, load_source, read_files


def exchanged(items: tuple[Any, ...], one: Any, other: Any) -> tuple[Any, ...]:
    return tuple({one: other, other: one}.get(item, item) for item in items)


def class_of(pre_token: str, place: int) -> str:
    """The inside of the pattern's classes of letters (0), digits (1) and white space (2)."""
    return re.findall(r"\[(\\[^\]]*)\]", pre_token)[place]


def with_merges_backwards(model: bytes) -> bytes:
    proto = ModelProto.FromString(model)
    for piece in proto.pieces:
        piece.score = -piece.score
    return proto.SerializeToString()


BREAK_BYTE_LEVEL_BPE = {
    "two pieces exchanged": lambda r: {"spellings": exchanged(r.spellings, b"The", b" Say")},
    "merges in reverse": lambda r: {
        "sentencepiece_model": with_merges_backwards(r.sentencepiece_model)
    },
    "white space kept together": lambda r: {"space_run": r"(a^)(b)"},
    "white space of ASCII only": lambda r: {"space_run": r"(\s+)(\s\S)"},
    "contractions in capitals": lambda r: {"pre_token": r.pre_token.replace("'s|", "'s|'S|")},
    "no contractions": lambda r: {"pre_token": r.pre_token.replace("'s|", "")},
    "digits of ASCII only": lambda r: {
        "pre_token": r.pre_token.replace(f"[{class_of(r.pre_token, 1)}]", r"\d")
    },
}
BREAK_WORD_PIECE = {
    "two pieces exchanged": lambda r: {"pieces": exchanged(r.pieces, "the", "say")},
    "words one longer": lambda r: {"longest_word": r.longest_word + 1},
    "words one shorter": lambda r: {"longest_word": r.longest_word - 1},
    "another unknown": lambda r: {"unknown": r.pieces[0]},
    "characters left alone": lambda r: {"characters": with_a_block_left_alone(r.characters)},
}
BREAK_FRAME = {
    "no end": lambda s: dataclasses.replace(s, suffix=()),
    "start and end exchanged": lambda s: dataclasses.replace(s, prefix=s.suffix, suffix=s.prefix),
}


def with_a_block_left_alone(characters):
    """Treats the Latin letters with accents as it treats the private use area."""
    block_of = characters.block_of.copy()
    block_of[0x1] = block_of[0x6]
    return dataclasses.replace(characters, block_of=block_of)


def broken(blueprint: Blueprint, change: Callable[[Any], dict[str, Any]]) -> Blueprint:
    algorithm = blueprint.algorithm
    return dataclasses.replace(
        blueprint, algorithm=dataclasses.replace(algorithm, **change(algorithm))
    )


def assert_caught(folder, blueprint: Blueprint) -> None:
    with pytest.raises(ParityError, match=r"differs from tokenizers .* on b.*gives \[.*instead of"):
        prove(blueprint, load_source(read_files(folder)).reference)


@pytest.mark.parametrize("change", BREAK_BYTE_LEVEL_BPE.values(), ids=BREAK_BYTE_LEVEL_BPE)
def test_a_broken_byte_level_bpe_is_caught(folders, change):
    folder = folders["byte_level_bpe"]
    assert_caught(folder, broken(compile_tokenizer(folder, 48).blueprint, change))


@pytest.mark.parametrize("change", BREAK_WORD_PIECE.values(), ids=BREAK_WORD_PIECE)
def test_a_broken_word_piece_is_caught(folders, change):
    folder = folders["word_piece"]
    assert_caught(folder, broken(compile_tokenizer(folder, 48).blueprint, change))


@pytest.mark.parametrize("change", BREAK_FRAME.values(), ids=BREAK_FRAME)
def test_a_broken_frame_is_caught(folders, change):
    folder = folders["byte_level_bpe"]
    blueprint = compile_tokenizer(folder, 48).blueprint
    framed = dataclasses.replace(blueprint, special_tokens=change(blueprint.special_tokens))
    assert_caught(folder, framed)


def test_the_unicode_of_re2_would_be_caught(make_byte_level_bpe, tmp_path):
    """Where a merge shows it, letters that RE2 does not know yet make a difference."""
    tokenizer = make_byte_level_bpe(["Ġð"], [("Ġ", "ð")])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert_caught(
        tmp_path,
        broken(
            compile_tokenizer(tmp_path, 48).blueprint,
            lambda r: {"pre_token": r.pre_token.replace(f"[{class_of(r.pre_token, 0)}]", r"\pL")},
        ),
    )


def test_compiling_fails_where_the_proof_does(folders, monkeypatch):
    def almost(source: Source) -> Algorithm:
        return dataclasses.replace(byte_level_bpe(source), space_run=r"(a^)(b)")

    monkeypatch.setitem(compiler.FAMILIES, "BPE", almost)
    with pytest.raises(ParityError):
        compile_tokenizer(folders["byte_level_bpe"], 47)  # a length that is not proven yet


def test_the_report(pair):
    report = pair.graph.parity
    assert report.texts > 2000
    assert report.mismatches == 0
    assert report.tokenizers_version == tokenizers.__version__
    assert 0 < report.seconds < 60


def test_the_proof_is_given_once_for_the_same_files(folders, tmp_path):
    copy = shutil.copytree(folders["word_piece"], tmp_path / "copy")
    first, second = (compile_tokenizer(folder, 48) for folder in (folders["word_piece"], copy))
    assert first is not second
    assert first.parity is second.parity
    assert compile_tokenizer(copy, 47).parity is not first.parity
