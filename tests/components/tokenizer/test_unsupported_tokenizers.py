"""What a graph cannot reproduce exactly is refused, with the file, the field and its value."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models

from components.errors import UserError
from components.tokenizer import (
    TokenizerNotFoundError,
    UnsupportedTokenizer,
    compile_tokenizer,
)

Edit = Callable[[dict], None]


def put(path: str, value: object) -> Edit:
    """An edit of tokenizer.json that sets the field at a dotted path."""
    *parents, last = path.split(".")

    def edit(definition: dict) -> None:
        for parent in parents:
            definition = definition[parent]
        definition[last] = value

    return edit


def add_token(content: str, special: bool) -> Edit:
    def edit(definition: dict) -> None:
        tokens, vocabulary = definition["added_tokens"], definition["model"]["vocab"]
        id = vocabulary.get(content, max(token["id"] for token in tokens) + 1)
        flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        tokens.append({"id": id, "content": content, "special": special, **flags})

    return edit


def drop_a_byte(definition: dict) -> None:
    vocabulary = definition["model"]["vocab"]
    vocabulary["no byte"] = vocabulary.pop("ÿ")


def leave_a_gap(definition: dict) -> None:
    vocabulary = definition["model"]["vocab"]
    vocabulary["far"] = len(vocabulary) + 100


def leave_a_desert(definition: dict) -> None:
    """Which `tokenizers` would fill, in memory."""
    definition["model"]["vocab"]["far"] = 3_000_000_000


def add_marks(definition: dict) -> None:
    """Two marks that stripping accents leaves, in the order that NFD reverses."""
    vocabulary = definition["model"]["vocab"]
    for mark in ("\u302e", "\U0001d165"):
        vocabulary[mark] = len(vocabulary)


def refusal(
    folder: Path,
    tokenizer: Tokenizer,
    edit: Edit = lambda definition: None,
    config: dict | None = None,
) -> str:
    """The message with which an edited tokenizer is refused."""
    definition = json.loads(tokenizer.to_str())
    edit(definition)
    (folder / "tokenizer.json").write_text(json.dumps(definition), "utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(config or {}), "utf-8")
    with pytest.raises(UnsupportedTokenizer) as caught:
        compile_tokenizer(folder, 16)
    return str(caught.value)


TWICE = {
    "type": "TemplateProcessing",
    "single": [{"Sequence": {"id": "A", "type_id": 0}}] * 2,
    "pair": [{"Sequence": {"id": name, "type_id": 0}} for name in "AB"],
    "special_tokens": {},
}
FAR = {
    "type": "RobertaProcessing",
    "sep": ["</s>", 9_999_999],
    "cls": ["<s>", 0],
    "trim_offsets": True,
    "add_prefix_space": False,
}
LIKE_FUNNELS = [
    {"SpecialToken": {"id": "[CLS]", "type_id": 2}},
    {"Sequence": {"id": "A", "type_id": 0}},
]
FROM_THE_LEFT = {
    "direction": "Left",
    "max_length": 8,
    "strategy": "LongestFirst",
    "stride": 0,
}
OF_EITHER = [
    (put("pre_tokenizer", None), "pre_tokenizer", "None"),
    (put("pre_tokenizer", {"type": "Whitespace"}), "pre_tokenizer", "'Whitespace'"),
    (put("normalizer", {"type": "NFC"}), "normalizer", "'NFC'"),
]
OF_BYTE_LEVEL_BPE = [
    (put("pre_tokenizer.use_regex", False), "pre_tokenizer.use_regex", "False"),
    (put("model.dropout", 0.1), "model.dropout", "0.1"),
    (put("model.ignore_merges", True), "model.ignore_merges", "True"),
    (put("model.end_of_word_suffix", "</w>"), "model.end_of_word_suffix", "'</w>'"),
    (drop_a_byte, "model.vocab", "'ÿ'"),
    (put("post_processor", TWICE), "post_processor.single", "'Sequence'"),
    (add_token("hello world", special=False), "added_tokens", "'hello world'"),
    (add_token("a", special=True), "added_tokens", "'a'"),
    (leave_a_gap, "model.vocab", "ids up to"),
    (leave_a_desert, "model.vocab", "ids up to 3000000000"),
    (put("post_processor", FAR), "post_processor", "with the ids [9999999]"),
]
OF_WORD_PIECE = [
    (put("normalizer", None), "normalizer", "None"),
    (put("model.unk_token", "[OOV]"), "model.unk_token", "'[OOV]'"),
    (put("model.continuing_subword_prefix", "@"), "model.continuing_subword_prefix", "'@'"),
    (add_marks, "model.vocab", "with the marks"),
    (put("model.max_input_chars_per_word", 10**9), "model.max_input_chars_per_word", "1000000000"),
]
OF_A_CONFIG = [
    ({"add_prefix_space": True}, "tokenizer.json: pre_tokenizer.add_prefix_space is True"),
    ({"truncation_side": "left"}, "tokenizer_config.json: truncation_side is 'left'"),
    ({"added_tokens_decoder": {"9": {"content": "<x>"}}}, "tokenizer.json: added_tokens is '<x>'"),
    ({"model_max_length": []}, "tokenizer_config.json: model_max_length is []"),
    ({"model_max_length": "abc"}, "tokenizer_config.json: model_max_length is 'abc'"),
    ({"pad_token": "</s>"}, "tokenizer_config.json: pad_token is '</s>'"),
    ({"auto_map": {"AutoTokenizer": ["a.B", None]}}, "tokenizer_config.json: auto_map is {"),
    ({"vocab_file": "/etc/passwd"}, "tokenizer_config.json: vocab_file is '/etc/passwd'"),
    ({"tokenizer_file": "/dev/zero"}, "tokenizer_config.json: tokenizer_file is '/dev/zero'"),
    ({"fast_tokenizer_files": ["a.json"]}, "tokenizer_config.json: fast_tokenizer_files is ["),
    ({"tokenizer_class": "NoSuchTokenizer"}, "tokenizer.json: transformers cannot read it"),
    ({"tokenizer_class": "BertJapaneseTokenizer"}, "tokenizer.json: "),
]


@pytest.mark.parametrize(("edit", "field", "value"), [*OF_EITHER, *OF_BYTE_LEVEL_BPE])
def test_settings_of_byte_level_bpe(byte_level_bpe, tmp_path, edit, field, value):
    message = refusal(tmp_path, byte_level_bpe, edit)
    assert message.startswith(f"{tmp_path / 'tokenizer.json'}: {field} is ")
    assert value in message.partition("; supported: ")[0]


@pytest.mark.parametrize(("edit", "field", "value"), [*OF_EITHER, *OF_WORD_PIECE])
def test_settings_of_word_piece(word_piece, tmp_path, edit, field, value):
    message = refusal(tmp_path, word_piece, edit)
    assert message.startswith(f"{tmp_path / 'tokenizer.json'}: {field} is ")
    assert value in message.partition("; supported: ")[0]


@pytest.mark.parametrize(("config", "message"), OF_A_CONFIG)
def test_settings_of_the_config(byte_level_bpe, tmp_path, config, message):
    assert refusal(tmp_path, byte_level_bpe, config=config).startswith(f"{tmp_path}/{message}")


def test_padding_that_stands_for_unknown_words(word_piece, tmp_path):
    message = refusal(tmp_path, word_piece, config={"pad_token": "[UNK]"})
    assert "pad_token is '[UNK]'" in message


def test_code_of_the_library_that_panics(byte_level_bpe, tmp_path):
    def search_without_end(definition: dict) -> None:
        definition["normalizer"] = {
            "type": "Replace",
            "pattern": {"Regex": "(a+)+$"},
            "content": "b",
        }
        add_token("a" * 40 + "!", special=True)(definition)
        definition["added_tokens"][-1]["normalized"] = True

    assert "transformers cannot read it" in refusal(tmp_path, byte_level_bpe, search_without_end)


def test_truncation_from_the_left(byte_level_bpe, tmp_path):
    message = refusal(tmp_path, byte_level_bpe, put("truncation", FROM_THE_LEFT))
    assert "truncation_side is 'left'" in message


def test_token_types_other_than_the_first(word_piece, tmp_path):
    """As Funnel's: a model is given none, so it would take every token for the first type."""
    message = refusal(tmp_path, word_piece, put("post_processor.single", LIKE_FUNNELS))
    assert "post_processor is 'with token types [2, 0" in message


def test_two_ways_to_one_piece(make_byte_level_bpe, tmp_path):
    merges = [("a", "a"), ("aa", "a"), ("a", "aa")]
    message = refusal(tmp_path, make_byte_level_bpe(["aa", "aaa"], merges))
    assert "model.merges is 'with 1 pieces made again'" in message


@pytest.mark.parametrize("model", [models.Unigram([("a", 0.0)]), models.WordLevel({"a": 0}, "a")])
def test_other_kinds_of_model(tmp_path, model):
    message = refusal(tmp_path, Tokenizer(model))
    assert f"model.type is '{type(model).__name__}'" in message
    assert message.endswith("supported: BPE or WordPiece")


def test_gpt2_without_a_token_to_pad_with(make_byte_level_bpe, tmp_path):
    def take_away(definition: dict) -> None:
        definition["model"]["vocab"]["<other>"] = definition["model"]["vocab"].pop("<pad>")
        definition["added_tokens"] = []
        definition["post_processor"] = None

    message = refusal(tmp_path, make_byte_level_bpe([], []), take_away)
    assert "tokenizer_config.json: pad_token is None" in message


def test_gpt2_in_the_old_format(make_byte_level_bpe, tmp_path):
    """RobertaTokenizerFast would take it, and give <s> an id that its model does not have."""
    make_byte_level_bpe([], []).model.save(str(tmp_path))
    vocabulary = (tmp_path / "vocab.json").read_text("utf-8").replace('"<s>"', '"<|endoftext|>"')
    (tmp_path / "vocab.json").write_text(vocabulary, "utf-8")
    with pytest.raises(
        UnsupportedTokenizer, match=r"vocab\.json: vocabulary is \"without \['<s>'\]"
    ):
        compile_tokenizer(tmp_path, 16)


@pytest.mark.parametrize("file", ["tokenizer.json", "tokenizer_config.json"])
def test_a_file_that_is_not_json(byte_level_bpe, tmp_path, file):
    byte_level_bpe.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / file).write_text("{", "utf-8")
    with pytest.raises(UnsupportedTokenizer, match=file):
        compile_tokenizer(tmp_path, 16)


@pytest.mark.parametrize("present", [[], ["vocab.json"], ["merges.txt"], ["vocab.txt"]])
def test_a_folder_without_a_tokenizer(tmp_path, present):
    for name in present:
        (tmp_path / name).write_text("{}", "utf-8")
    with pytest.raises(TokenizerNotFoundError, match=r"looked for tokenizer\.json") as caught:
        compile_tokenizer(tmp_path, 16)
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, UserError)
    assert str(tmp_path) in str(caught.value)


def test_no_room_between_the_special_tokens(folders):
    with pytest.raises(ValueError, match="max_length is 2"):
        compile_tokenizer(folders["byte_level_bpe"], 2)
