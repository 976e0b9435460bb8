"""What `save_pretrained` of TensorFlow's models writes, for other tasks and in all its formats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
import transformers

from components.checkpoint.check import check_checkpoint
from components.checkpoint.resolve import resolve_checkpoint
from components.classifier.model import load_classifier
from components.errors import CheckpointError
from tests.support.small_tokenizers import trained_word_piece

SIZES = {
    **dict.fromkeys(("hidden_size", "embedding_size", "dim"), 16),
    **dict.fromkeys(("intermediate_size", "hidden_dim"), 24),
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 40,
    "pad_token_id": 0,
}
TASKS = [
    *("BertModel", "BertForPreTraining", "BertForMaskedLM", "BertForTokenClassification"),
    *("BertForSequenceClassification", "DistilBertModel", "DistilBertForMaskedLM"),
    *("DistilBertForSequenceClassification", "ElectraForMaskedLM", "ElectraForPreTraining"),
    *("AlbertModel", "AlbertForMaskedLM", "LayoutLMForTokenClassification"),
]
FORMATS: dict[str, dict[str, Any]] = {
    "safetensors": {"safe_serialization": True},
    "shards": {"safe_serialization": True, "max_shard_size": "20KB"},
    "h5": {"safe_serialization": False},
}


def save(folder: Path, task: str, **options: Any) -> tf.keras.Model:
    tokenizer = trained_word_piece()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}', "utf-8")
    kind = getattr(transformers, f"TF{task}")
    config = kind.config_class(vocab_size=tokenizer.get_vocab_size())
    for name, value in SIZES.items():
        if hasattr(config, name):
            setattr(config, name, value)
    tf.keras.utils.set_random_seed(5)
    model = kind(config)
    model.build_in_name_scope()
    model.save_pretrained(folder, **(options or FORMATS["safetensors"]))
    return model


def check(folder: Path) -> str:
    return check_checkpoint(resolve_checkpoint(str(folder)).folder, 16)


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("task", TASKS)
def test_every_weight_of_the_encoder_is_loaded(tmp_path: Path, task: str, options: dict[str, Any]):
    saved = save(tmp_path, task, **options)
    assert check(tmp_path)
    loaded = load_classifier(str(tmp_path), ["A", "B", "C"], seed=1)
    base = f"/{loaded.base_model_prefix}/"
    values = {v.name.partition(base)[2]: v.numpy() for v in saved.variables if base in v.name}
    for variable in loaded.variables:
        name = variable.name.partition(base)[2]
        if base in variable.name and not (name.startswith("pooler") and name not in values):
            np.testing.assert_array_equal(variable.numpy(), values[name], name)


@pytest.mark.parametrize("task", ["BertForTokenClassification", "BertForSequenceClassification"])
@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_another_task_s_head_is_renewed(tmp_path: Path, task: str, options: dict[str, Any]):
    saved = save(tmp_path, task, **options).classifier.kernel.numpy()
    first, again, other = (
        load_classifier(str(tmp_path), ["A", "B"], seed).classifier.kernel.numpy()
        for seed in (1, 1, 2)
    )
    assert first.shape == saved.shape
    assert not np.array_equal(first, saved)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(first, again)


def names(file: h5py.File) -> list[str]:
    return [str(name) for name in file["bert"].attrs["weight_names"]]


def without_a_bias_of_the_pooler(file: h5py.File) -> None:
    file["bert"].attrs["weight_names"] = [n for n in names(file) if "pooler/dense/bias" not in n]


def with_a_second_layer_of_the_same_names(file: h5py.File) -> None:
    file.copy("bert", "other")
    file.attrs["layer_names"] = ["other", *file.attrs["layer_names"]]


def with_a_value_that_is_none(file: h5py.File) -> None:
    name = next(name for name in names(file) if "query/kernel" in name)
    file["bert"][name][0, 0] = np.nan


def with_a_link(file: h5py.File) -> None:
    name = names(file)[0]
    del file["bert"][name]
    file["bert"][name] = h5py.ExternalLink("other.h5", "/x")


def without_names(file: h5py.File) -> None:
    del file.attrs["layer_names"]


def with_a_maze(file: h5py.File) -> None:
    for number in range(40):
        group = file.require_group(f"q{number}")
        group["a"] = group["b"] = file.require_group(f"q{number + 1}")
    file.attrs["layer_names"] = ["q0"]


def in_chunks(file: h5py.File) -> None:
    name = names(file)[0]
    values = file["bert"][name][...]
    del file["bert"][name]
    file["bert"].create_dataset(name, data=values, compression="gzip")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (without_a_bias_of_the_pooler, "missing bert/pooler/dense/bias:0"),
        (with_a_second_layer_of_the_same_names, "unknown bert/bert/"),
        (with_a_value_that_is_none, "NaN or infinite"),
        (with_a_link, "is missing, or a link"),
        (without_names, "cut or damaged"),
        (with_a_maze, "cut or damaged"),
        (in_chunks, "lies in chunks or in another file"),
    ],
)
def test_a_broken_h5(tmp_path: Path, edit: Callable[[h5py.File], None], message: str):
    save(tmp_path, "BertModel", **FORMATS["h5"])
    with h5py.File(tmp_path / "tf_model.h5", "r+") as file:
        edit(file)
    with pytest.raises(CheckpointError, match=message):
        check(tmp_path)


def test_h5_in_several_files(tmp_path: Path):
    save(tmp_path, "BertModel", safe_serialization=False, max_shard_size="20KB")
    with pytest.raises(CheckpointError, match=r"several \.h5 files"):
        check(tmp_path)


def test_a_home_that_is_not_there():
    with pytest.raises(CheckpointError, match="is not a folder"):
        resolve_checkpoint("~nobody-of-that-name/model")


def test_gpt2_scaled_as_tensorflow_does_not(tmp_path: Path):
    save(tmp_path, "BertModel")
    text = '{"model_type": "gpt2", "scale_attn_by_inverse_layer_idx": true}'
    (tmp_path / "config.json").write_text(text, "utf-8")
    with pytest.raises(CheckpointError, match="which no encoder in TensorFlow follows"):
        check(tmp_path)
