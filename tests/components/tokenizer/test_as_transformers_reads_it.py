"""The class of a tokenizer and all its files have their say, as with AutoTokenizer."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from components.errors import CheckpointError
from components.tokenizer import UnsupportedTokenizer, compile_tokenizer

TEXTS = (
    "Naïve FAÇADE of the Quick Brown Fox",
    "中文 and 한국어, ÉCOLE",
    "a\u0301 İstanbul",
    "[MASK] or <mask> [CLS] <x>",
    "",
)
# Those of the model types in transformers whose class lowers where no file says otherwise.
LOWERING = (
    *("Bert", "MPNet", "Electra", "MobileBert", "LayoutLM", "ConvBert", "SqueezeBert"),
    *("Splinter", "DPRQuestionEncoder", "DistilBert", "Funnel"),
)
MODEL_TYPES = ("bert", "electra", "distilbert", "mobilebert", "convbert", "layoutlm", "splinter")


def assert_equal_to_transformers(folder: Path) -> None:
    expected = AutoTokenizer.from_pretrained(folder, split_special_tokens=True)
    tokenizer = compile_tokenizer(folder, 16)
    for text, ids in zip(TEXTS, tokenizer(TEXTS).to_list(), strict=True):
        assert ids == expected(text, truncation=True, max_length=16)["input_ids"], text


def write(folder: Path, name: str, content: dict[str, object]) -> None:
    (folder / name).write_text(json.dumps(content), "utf-8")


@pytest.fixture
def cased(make_word_piece, tmp_path: Path) -> Path:
    make_word_piece(lowercase=False, strip_accents=False).save(str(tmp_path / "tokenizer.json"))
    return tmp_path


@pytest.mark.parametrize("name", LOWERING)
def test_a_class_that_lowers(cased, name):
    write(cased, "tokenizer_config.json", {"tokenizer_class": f"{name}Tokenizer"})
    assert_equal_to_transformers(cased)


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_a_class_that_follows_from_the_model(cased, model_type):
    write(cased, "config.json", {"model_type": model_type})
    assert_equal_to_transformers(cased)


@pytest.mark.parametrize(
    "settings",
    [{"do_lower_case": False}, {"strip_accents": True}, {"tokenize_chinese_chars": False}],
    ids=str,
)
def test_settings_of_the_config(cased, settings):
    write(cased, "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", **settings})
    assert_equal_to_transformers(cased)


def test_special_tokens_that_only_their_map_names(byte_level_bpe, tmp_path):
    byte_level_bpe.save(str(tmp_path / "tokenizer.json"))
    write(tmp_path, "config.json", {"model_type": "roberta"})
    write(tmp_path, "special_tokens_map.json", {"cls_token": "<mask>", "pad_token": "<unk>"})
    assert_equal_to_transformers(tmp_path)
    assert compile_tokenizer(tmp_path, 16).pad_id == byte_level_bpe.token_to_id("<unk>")


def test_an_edit_of_any_file_is_proved_anew(byte_level_bpe, tmp_path):
    byte_level_bpe.save(str(tmp_path / "tokenizer.json"))
    before = compile_tokenizer(tmp_path, 16).parity
    write(tmp_path, "added_tokens.json", {"<mask>": byte_level_bpe.token_to_id("<mask>")})
    assert compile_tokenizer(tmp_path, 16).parity is not before


def test_no_code_of_the_folder_runs(byte_level_bpe, tmp_path):
    byte_level_bpe.save(str(tmp_path / "tokenizer.json"))
    marker = tmp_path / "it ran"
    for module in ("configuration_x", "tokenization_x"):
        (tmp_path / f"{module}.py").write_text(f"open({str(marker)!r}, 'w')", "utf-8")
    auto_map = {"AutoConfig": "configuration_x.X", "AutoTokenizer": ["tokenization_x.X", None]}
    write(tmp_path, "config.json", {"model_type": "roberta", "auto_map": auto_map})
    compile_tokenizer(tmp_path, 16)  # of this file only the model's type is read
    write(tmp_path, "tokenizer_config.json", {"auto_map": auto_map})
    with pytest.raises(UnsupportedTokenizer, match="auto_map is"):
        compile_tokenizer(tmp_path, 16)
    assert not marker.exists()


@pytest.mark.parametrize("name", ["special_tokens_map.json", "config.json", "vocab.txt"])
def test_what_is_no_file_of_the_folder_is_not_opened(byte_level_bpe, tmp_path, name):
    byte_level_bpe.save(str(tmp_path / "tokenizer.json"))
    os.mkfifo(tmp_path / name)
    with pytest.raises(CheckpointError, match=f"{name}: is no file"):
        compile_tokenizer(tmp_path, 16)
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to("/etc/passwd")
    with pytest.raises(CheckpointError, match="link to /etc/passwd"):
        compile_tokenizer(tmp_path, 16)
