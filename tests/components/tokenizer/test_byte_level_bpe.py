"""Byte-level BPE: the other ways a folder can write it, and vocabularies out of the ordinary."""

from __future__ import annotations

import json

import pytest
from tokenizers import Tokenizer, processors
from transformers import AutoTokenizer

from components.tokenizer import compile_tokenizer, list_sub_words

TEXTS = ["don't stop", "  two  spaces ", "<mask> </s>", "Ünï 漢 🙂", "It's 12,3", ""]


@pytest.fixture
def legacy_folder(byte_level_bpe, tmp_path):
    """vocab.json and merges.txt, without tokenizer.json."""
    byte_level_bpe.model.save(str(tmp_path))
    (tmp_path / "config.json").write_text('{"model_type": "roberta"}', "utf-8")
    return tmp_path


def test_vocab_and_merges_are_read_as_transformers_does(legacy_folder):
    expected = AutoTokenizer.from_pretrained(legacy_folder, split_special_tokens=True)
    tokenizer = compile_tokenizer(legacy_folder, 16)
    assert tokenizer.blueprint.special_tokens.pad == expected.pad_token_id
    assert tokenizer.pieces == expected.convert_ids_to_tokens(range(len(expected)))
    for text, ids in zip(TEXTS, tokenizer(TEXTS).to_list(), strict=True):
        assert ids == expected(text, truncation=True, max_length=16)["input_ids"]


def test_token_names_come_from_the_config(legacy_folder):
    config = {
        "pad_token": {"__type": "AddedToken", "content": "<unk>"},
        "cls_token": "</s>",
    }
    (legacy_folder / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    tokenizer = compile_tokenizer(legacy_folder, 16)
    assert tokenizer.pad_id == tokenizer.pieces.index("<unk>")
    assert tokenizer.pieces[tokenizer([""]).to_list()[0][0]] == "</s>"


def test_gpt2_has_no_frame_and_pads_with_what_the_config_names(byte_level_bpe, tmp_path):
    gpt2 = Tokenizer.from_str(byte_level_bpe.to_str())
    gpt2.post_processor = processors.ByteLevel(trim_offsets=False)
    gpt2.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text('{"pad_token": "</s>"}', "utf-8")
    tokenizer = compile_tokenizer(tmp_path, 4)
    assert tokenizer.pad_id == byte_level_bpe.token_to_id("</s>")
    ids = gpt2.encode("It's a fox").ids
    assert tokenizer(["It's a fox", ""]).to_list() == [ids[:4], []]


def test_a_template_in_a_sequence_frames_as_well(byte_level_bpe, tmp_path):
    template = processors.TemplateProcessing(
        single="<s> <s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    framed = Tokenizer.from_str(byte_level_bpe.to_str())
    framed.post_processor = processors.Sequence([processors.ByteLevel(), template])
    framed.save(str(tmp_path / "tokenizer.json"))
    assert compile_tokenizer(tmp_path, 16)(["a"]).to_list() == [framed.encode("a").ids]


def test_the_files_own_padding_and_truncation_are_left_to_the_caller(byte_level_bpe, tmp_path):
    eager = Tokenizer.from_str(byte_level_bpe.to_str())
    eager.enable_padding(pad_id=3, pad_token="<unk>", length=32)
    eager.enable_truncation(5)
    eager.save(str(tmp_path / "tokenizer.json"))
    tokenizer = compile_tokenizer(tmp_path, 16)
    assert tokenizer.pad_id == 3
    assert tokenizer(["a b c d e f g"]).to_list() == [byte_level_bpe.encode("a b c d e f g").ids]


def test_pieces_no_merge_leads_to_are_never_used(make_byte_level_bpe, pair_of, tmp_path):
    """A piece may spell a word and yet be out of the merges' reach, even as part of one."""
    pieces = ["qqq", "漢", "ab", "bc", "abc", "abcd"]
    # In "abc" the first merge takes "bc", so "ab" + "c" never meet, nor do "abc" + "d".
    merges = [("b", "c"), ("a", "b"), ("ab", "c"), ("abc", "d")]
    make_byte_level_bpe(pieces, merges).save(str(tmp_path / "tokenizer.json"))
    pair = pair_of(tmp_path)
    words = ("qqq", "漢", "abc", "abcd", "ab", "xabcdx", "aabbcc", "abab")
    pair.check([f"{left}{right}".encode() for left in words for right in ("", *words)])
    found = list_sub_words(pair.graph, ["abcd qqq"])[0][1:-1]
    assert [piece for piece, _ in found] == ["a", "bc", "d", "Ġ", "q", "q", "q"]


def test_a_space_run_gives_its_last_space_away(folders):
    tokenizer = compile_tokenizer(folders["byte_level_bpe"], 16)
    rows = list_sub_words(tokenizer, ["   c", " \n c", "\n\nc", "c  "])
    pieces = [[piece for piece, _ in row[1:-1]] for row in rows]
    assert pieces == [["Ġ", "Ġ", "Ġc"], ["Ġ", "Ċ", "Ġc"], ["Ċ", "Ċ", "c"], ["c", "Ġ", "Ġ"]]
