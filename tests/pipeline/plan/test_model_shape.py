"""The shape to plan for: a folder's, or roberta-base's where nothing better can be had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError
from requests import Response

from components.errors import CheckpointError
from pipeline.plan import model_shape
from pipeline.plan.model_shape import ModelShape, find_shape
from pipeline.settings import CheckpointSettings

CLASSES = ["ARTS", "SPORTS", "TRAVEL"]


def find(source: str | None) -> ModelShape:
    return find_shape(CheckpointSettings(source=source, revision="abc"), CLASSES)


def fail_to_download(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def download(*arguments: object, **options: object) -> str:
        raise error

    monkeypatch.setattr(model_shape, "snapshot_download", download)


def test_a_configuration_is_enough(tmp_path: Path):
    config = {"model_type": "roberta", "hidden_size": 48, "num_hidden_layers": 3}
    config |= {"max_position_embeddings": 66, "pad_token_id": 1}
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    shape = find(str(tmp_path))
    assert (shape.config.hidden_size, shape.config.num_hidden_layers) == (48, 3)
    assert shape.config.num_labels == len(CLASSES)
    assert shape.longest_row == 64
    assert shape.tokenizer is None


def test_a_checkpoint_s_tokenizer_is_found(checkpoint: Path):
    assert find(str(checkpoint)).tokenizer == str(checkpoint)


def test_a_bert_has_a_position_for_every_number(tmp_path: Path):
    config = {"model_type": "bert", "max_position_embeddings": 64}
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    assert find(str(tmp_path)).longest_row == 64


@pytest.mark.parametrize(
    ("source", "reason"), [(None, "no checkpoint is given"), ("a/b", "a/b cannot be fetched")]
)
def test_roberta_base_stands_in_and_the_plan_says_so(
    source: str | None, reason: str, monkeypatch: pytest.MonkeyPatch
):
    fail_to_download(monkeypatch, LocalEntryNotFoundError("no network"))
    shape = find(source)
    assert shape.origin == f"assumed to be roberta-base's, for {reason}"
    assert (shape.config.hidden_size, shape.config.vocab_size) == (768, 50_265)
    assert (shape.longest_row, shape.tokenizer) == (512, None)


def test_an_id_that_the_hub_does_not_know_is_no_roberta_base(monkeypatch: pytest.MonkeyPatch):
    fail_to_download(monkeypatch, RepositoryNotFoundError("404", response=Response()))
    with pytest.raises(CheckpointError, match="a/b is neither a folder here nor"):
        find("a/b")


def test_a_folder_without_a_configuration_is_refused(tmp_path: Path):
    with pytest.raises(CheckpointError, match=r"has no config\.json"):
        find(str(tmp_path))
    with pytest.raises(CheckpointError, match="is not a folder"):
        find(f"{tmp_path}/none")
