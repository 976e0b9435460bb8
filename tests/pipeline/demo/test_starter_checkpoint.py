"""The starter checkpoint: complete, reproducible to the byte, RoBERTa's layout and tokenizer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from pipeline.demo import starter_checkpoint
from pipeline.demo.sample import generate_rows, write_sample
from pipeline.demo.starter_checkpoint import (
    CHECKPOINT_FILES,
    VOCABULARY_SIZE,
    build_starter_checkpoint,
    is_complete,
)

TRICKY_TEXTS = (
    "",
    " ",
    "Don’t Panic — It’s Only A “Test”",
    "  two  blanks and\ttabs\n",
    "Crème brûlée in São Paulo 😂🎉",
    "日本語 and العربية",
    "\x00 \u200d \ufffd",
)


@pytest.fixture(scope="module")
def rows_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "rows.json"
    write_sample(path, count=3000, seed=2)
    return path


@pytest.fixture(scope="module")
def folder(rows_file: Path) -> Path:
    return build_starter_checkpoint(rows_file.with_name("starter"), rows_file, seed=0)


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def test_folder_holds_exactly_the_checkpoint_files_and_nothing_is_left_beside_it(
    folder: Path,
) -> None:
    assert sorted(path.name for path in folder.iterdir()) == list(CHECKPOINT_FILES)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["rows.json", "starter"]


def test_same_rows_and_seed_give_the_same_bytes(
    folder: Path, rows_file: Path, tmp_path: Path
) -> None:
    again = build_starter_checkpoint(tmp_path / "again", rows_file, seed=0)
    for name in CHECKPOINT_FILES:
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_another_seed_changes_the_weights_only(
    folder: Path, rows_file: Path, tmp_path: Path
) -> None:
    other = build_starter_checkpoint(tmp_path / "other", rows_file, seed=1)
    changed = {
        name
        for name in CHECKPOINT_FILES
        if (other / name).read_bytes() != (folder / name).read_bytes()
    }
    assert changed == {"model.safetensors"}


def test_building_over_a_folder_replaces_it(rows_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "starter"
    target.mkdir()
    (target / "stale.txt").write_text("left over", encoding="utf-8")
    build_starter_checkpoint(target, rows_file)
    assert is_complete(target)
    assert not (target / "stale.txt").exists()


def test_failure_while_building_leaves_the_old_folder_whole(
    folder: Path, rows_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise OSError("disk full")

    target = build_starter_checkpoint(tmp_path / "starter", rows_file)
    monkeypatch.setattr(starter_checkpoint, "save_file", broken)
    with pytest.raises(OSError, match="disk full"):
        build_starter_checkpoint(target, rows_file)
    assert is_complete(target)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("missing", CHECKPOINT_FILES)
def test_folder_without_one_file_is_not_complete(missing: str, tmp_path: Path) -> None:
    for name in set(CHECKPOINT_FILES) - {missing}:
        (tmp_path / name).touch()
    assert not is_complete(tmp_path)


def test_missing_folder_is_not_complete(tmp_path: Path) -> None:
    assert not is_complete(tmp_path / "nowhere")


def test_special_tokens_have_robertas_ids(tokenizer: Tokenizer) -> None:
    specials = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    ids = [tokenizer.token_to_id(token) for token in specials]
    assert ids == [0, 1, 2, 3, VOCABULARY_SIZE - 1]
    assert tokenizer.get_vocab_size() == VOCABULARY_SIZE


def test_encoding_is_wrapped_in_robertas_markers(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("Senate Leaders Trade Blame").ids
    assert (ids[0], ids[-1]) == (0, 2)
    assert not {0, 1, 2, 3} & set(ids[1:-1])


def test_decode_gives_back_every_text_of_other_rows(tokenizer: Tokenizer) -> None:
    for row in generate_rows(300, seed=9):
        for text in (row["headline"], row["short_description"]):
            assert tokenizer.decode(tokenizer.encode(text).ids) == text


@pytest.mark.parametrize("text", TRICKY_TEXTS)
def test_decode_gives_back_texts_the_tokenizer_never_saw(tokenizer: Tokenizer, text: str) -> None:
    encoding = tokenizer.encode(text)
    assert tokenizer.decode(encoding.ids) == text
    assert 3 not in encoding.ids


def test_vocabulary_files_agree_with_tokenizer_json(folder: Path, tokenizer: Tokenizer) -> None:
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    assert vocabulary == tokenizer.get_vocab(with_added_tokens=True)
    merges = (folder / "merges.txt").read_text(encoding="utf-8").splitlines()
    assert merges[0].startswith("#version")
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    assert [line.split(" ") for line in merges[1:]] == model["merges"]


def test_config_agrees_with_the_weights(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "model.safetensors")
    embeddings = "roberta.embeddings"
    hidden = config["hidden_size"]
    word = weights[f"{embeddings}.word_embeddings.weight"]
    position = weights[f"{embeddings}.position_embeddings.weight"]
    wide = weights["roberta.encoder.layer.0.intermediate.dense.weight"]
    assert word.shape == (config["vocab_size"], hidden)
    assert position.shape == (config["max_position_embeddings"], hidden)
    assert wide.shape == (config["intermediate_size"], hidden)
    assert config["max_position_embeddings"] == 128 + config["pad_token_id"] + 1
    layers = {name.split(".")[3] for name in weights if "layer" in name.split(".")}
    assert layers == {str(layer) for layer in range(config["num_hidden_layers"])}
    assert hidden % config["num_attention_heads"] == 0


def test_weights_are_float32_in_pytorch_format_with_a_blank_padding_row(folder: Path) -> None:
    with safe_open(folder / "model.safetensors", framework="numpy") as file:
        assert file.metadata() == {"format": "pt"}
    weights = load_file(folder / "model.safetensors")
    assert {tensor.dtype for tensor in weights.values()} == {np.dtype(np.float32)}
    assert not weights["roberta.embeddings.word_embeddings.weight"][1].any()
    assert all(np.isfinite(tensor).all() for tensor in weights.values())


def test_building_needs_neither_tensorflow_nor_pytorch(rows_file: Path, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pipeline.demo.starter_checkpoint import build_starter_checkpoint\n"
        "build_starter_checkpoint(sys.argv[1], sys.argv[2])\n"
        "assert not {'tensorflow', 'torch', 'transformers'} & set(sys.modules)\n"
    )
    arguments = [str(tmp_path / "starter"), str(rows_file)]
    subprocess.run([sys.executable, "-c", program, *arguments], check=True)
