"""What is wrong with a checkpoint is said before anything is trained from it, and by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from components.checkpoint.check import check_checkpoint, check_files, check_length
from components.checkpoint.files import needed_files
from components.checkpoint.resolve import resolve_checkpoint
from components.classifier.model import load_classifier
from components.errors import CheckpointError, UserError
from tests.support.broken_checkpoints import (
    BROKEN,
    SOME,
    WEIGHTS,
    Edit,
    edit_bytes,
    edit_config,
    edit_tensors,
    plus,
)


@pytest.fixture
def copy(checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint, tmp_path / "copy"))


def check(folder: Path, max_length: int = 64) -> str:
    """As a run does."""
    resolved = resolve_checkpoint(str(folder)).folder
    check_length(check_files(resolved), max_length)
    return check_checkpoint(resolved, max_length)


@pytest.mark.parametrize(("edit", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_checkpoint(copy: Path, edit: Edit, message: str):
    edit(copy)
    with pytest.raises(UserError, match=message) as caught:
        check(copy)
    assert len(str(caught.value).splitlines()) == 1


GOOD = {
    "as it is": lambda folder: None,
    "names without the model's own before them": edit_tensors(
        lambda t: {n.removeprefix("roberta."): v for n, v in t.items()}
    ),
    "half precision": edit_tensors(lambda t: {n: v.astype(np.float16) for n, v in t.items()}),
    "another task's head": plus(lm_head__dense__weight=SOME, lm_head__bias=SOME),
    "a pooler": plus(pooler__dense__weight=SOME, pooler__dense__bias=SOME),
    "fields that say nothing": edit_config(auto_map=None, bos_token_id=None, return_dict=False),
    "position ids": plus(embeddings__position_ids=np.arange(5)),
    "old names of a normalisation": edit_tensors(
        lambda t: {
            n.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
                "LayerNorm.bias", "LayerNorm.beta"
            ): v
            for n, v in t.items()
        }
    ),
}


@pytest.mark.parametrize("edit", GOOD.values(), ids=GOOD)
def test_a_good_checkpoint_is_loaded_as_it_was(checkpoint: Path, copy: Path, edit: Edit):
    edit(copy)
    assert "tensors accounted for" in check(copy)
    kept, loaded = (load_classifier(str(folder), ["A", "B"], 1) for folder in (checkpoint, copy))
    for one, other in zip(kept.roberta.get_weights(), loaded.roberta.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def shard(folder: Path) -> dict[str, str]:
    """Deals the tensors out to two files; returns the index."""
    tensors = load_file(folder / WEIGHTS)
    (folder / WEIGHTS).unlink()
    index = {name: f"model-{place % 2}.safetensors" for place, name in enumerate(sorted(tensors))}
    for file in set(index.values()):
        part = {name: tensors[name] for name in index if index[name] == file}
        save_file(part, folder / file, metadata={"format": "pt"})
    write_index(folder, index)
    return index


def test_an_index_without_what_transformers_reads(copy: Path):
    index = shard(copy)
    (copy / f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": index}), "utf-8")
    with pytest.raises(CheckpointError, match="not an index of weights"):
        check(copy)


def write_index(folder: Path, index: dict[str, str]) -> None:
    text = json.dumps({"metadata": {}, "weight_map": index})
    (folder / f"{WEIGHTS}.index.json").write_text(text, "utf-8")


def test_shards_are_one_checkpoint(checkpoint: Path, copy: Path):
    shard(copy)
    assert check(copy) == check(checkpoint)


def test_an_index_of_other_files(copy: Path):
    index = shard(copy)
    name = min(index)
    write_index(copy, {**index, name: "model-1.safetensors"})
    with pytest.raises(CheckpointError, match=rf"not the index of the files.*: {name} differ"):
        check(copy)
    write_index(copy, {key: file for key, file in index.items() if key != name})
    with pytest.raises(CheckpointError, match="not the index of the files"):
        check(copy)


@pytest.mark.parametrize(
    "target", ["model-0.safetensors", "../model-0.safetensors", "/dev/zero", 7]
)
def test_shards_that_are_not_the_folders(copy: Path, target: object):
    index = shard(copy)
    (copy / "model-0.safetensors").unlink()
    write_index(copy, dict.fromkeys(index, target))
    with pytest.raises(CheckpointError, match="which is not in the folder|not an index"):
        check(copy)


def test_a_shard_cut(copy: Path):
    shard(copy)
    edit_bytes("model-1.safetensors", lambda content: content[:-1])(copy)
    with pytest.raises(CheckpointError, match=r"model-1\.safetensors: is cut or damaged"):
        check(copy)


def test_tensorflow_s_weights(checkpoint: Path, copy: Path):
    """As save_pretrained of a TensorFlow model writes them, in both of its formats."""
    model = load_classifier(str(checkpoint), ["A", "B"], seed=1)
    for safe, name in ((True, WEIGHTS), (False, "tf_model.h5")):
        (copy / WEIGHTS).unlink(missing_ok=True)
        model.save_pretrained(copy, safe_serialization=safe)
        assert (copy / name).is_file()
        assert "tensors accounted for" in check(copy)
        again = load_classifier(str(copy), ["A", "B"], seed=2)
        for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
    edit_config(num_hidden_layers=3)(copy)
    with pytest.raises(CheckpointError, match="missing roberta/encoder/layer_._2"):
        check(copy)
    edit_config(num_hidden_layers=2)(copy)
    edit_bytes("tf_model.h5", lambda content: content[:5_000])(copy)
    with pytest.raises(CheckpointError, match="cut or damaged"):
        check(copy)


def test_texts_longer_than_the_model_has_positions_for(checkpoint: Path):
    config = check_files(checkpoint).config
    longest = config.max_position_embeddings - 2
    assert check(checkpoint, longest)
    with pytest.raises(CheckpointError, match=rf"text\.max_length={longest}$"):
        check(checkpoint, longest + 1)


def test_a_tokenizer_with_more_ids_than_the_model(copy: Path):
    def add(content: bytes) -> bytes:
        definition = json.loads(content)
        token = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        more = {"id": len(definition["model"]["vocab"]), "content": "<x>", "special": True}
        definition["added_tokens"].append({**token, **more})
        return json.dumps(definition).encode()

    edit_bytes("tokenizer.json", add)(copy)
    with pytest.raises(CheckpointError, match=r"the tokenizer has \d+ ids"):
        check(copy)


def test_no_code_of_a_checkpoint_is_run(copy: Path, monkeypatch: pytest.MonkeyPatch):
    marker = copy / "it ran"
    (copy / "configuration_x.py").write_text(f"open({str(marker)!r}, 'w')", "utf-8")
    edit_config(auto_map={"AutoConfig": "configuration_x.X", "TFAutoModel": "x.X"})(copy)
    monkeypatch.setattr("builtins.input", lambda *texts: "yes")
    for load in (check, lambda folder: load_classifier(str(folder), ["A", "B"], 1)):
        with pytest.raises(CheckpointError, match="auto_map"):
            load(copy)
    assert not marker.exists()


def test_a_snapshot_of_the_hub_s_cache(copy: Path, tmp_path: Path):
    """There all files are links to the blobs beside the snapshots, and nowhere else."""
    snapshot = tmp_path / "models--x" / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    blobs = copy.rename(tmp_path / "models--x" / "blobs")
    for file in blobs.iterdir():
        (snapshot / file.name).symlink_to(Path("../../blobs") / file.name)
    assert needed_files(snapshot)
    (snapshot / "merges.txt").unlink()
    (snapshot / "merges.txt").symlink_to("/etc/passwd")
    with pytest.raises(CheckpointError, match="out of the checkpoint"):
        needed_files(snapshot)
