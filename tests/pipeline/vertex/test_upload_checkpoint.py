"""Copies of checkpoints: only what a run reads, never half of it, never over something else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import tensorflow as tf
from typer.testing import CliRunner

from components.checkpoint.resolve import resolve_checkpoint
from components.errors import CheckpointError, SettingsError
from pipeline.cli.main import app
from pipeline.vertex import upload
from pipeline.vertex.upload_checkpoint import upload_checkpoint


@pytest.fixture
def source(checkpoint: Path, tmp_path: Path) -> Path:
    """Links as in the Hub's cache, and files that no run may load."""
    blobs = Path(shutil.copytree(checkpoint, tmp_path / "blobs"))
    folder = tmp_path / "source"
    folder.mkdir()
    for file in blobs.iterdir():
        (folder / file.name).symlink_to(file)
    for name in ("pytorch_model.bin", "optimizer.pt", "README.md", "tf_model.h5"):
        (folder / name).write_bytes(b"other")
    return folder


def copy(source: Path, target: str) -> tuple[str, int]:
    return upload_checkpoint(str(source), target, lambda name, state: None)


def test_the_files_of_one_set_of_weights_and_the_tokenizer_are_copied(source: Path, tmp_path: Path):
    fingerprint, written = copy(source, f"file://{tmp_path}/bucket/model")
    names = {path.name for path in (tmp_path / "bucket/model").iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} < names
    assert not names & {"pytorch_model.bin", "optimizer.pt", "README.md", "tf_model.h5"}
    assert written == len(names)
    # The same wherever it is: where it came from, at its gs:// address, and brought back.
    for place in (str(source), f"file://{tmp_path}/bucket/model/", f"{tmp_path}/bucket/model"):
        assert resolve_checkpoint(place).fingerprint == fingerprint


def test_a_second_copy_writes_nothing(source: Path, tmp_path: Path):
    first, _ = copy(source, f"{tmp_path}/copy")
    assert copy(source, f"{tmp_path}/copy") == (first, 0)


def test_an_interrupted_copy_is_no_checkpoint_and_is_completed(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    target = f"file://{tmp_path}/copy"
    rename, renamed = tf.io.gfile.rename, []

    def fail_at_the_third(part: str, name: str) -> None:
        if len(renamed) == 2:
            raise tf.errors.UnavailableError(None, None, "connection lost")
        renamed.append(rename(part, name))

    with monkeypatch.context() as patch:
        patch.setattr(tf.io.gfile, "rename", fail_at_the_third)
        with pytest.raises(upload.CopyError, match="connection lost; the same command goes on"):
            copy(source, target)
    assert len(list((tmp_path / "copy").iterdir())) == 2
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        resolve_checkpoint(target)
    (tmp_path / "copy/config.json.part").write_text("{", encoding="utf-8")  # as kill -9 leaves it
    fingerprint, written = copy(source, target)
    assert resolve_checkpoint(target).fingerprint == fingerprint
    assert written == len(list((tmp_path / "copy").iterdir())) - 2


def test_what_is_written_wrongly_is_found_by_reading_it_back(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = upload._copy

    def lose_the_end(file: str, part: str) -> str:
        digest = real(file, part)
        Path(part).write_bytes(Path(part).read_bytes()[:-1])
        return digest

    monkeypatch.setattr(upload, "_copy", lose_the_end)
    with pytest.raises(upload.CopyError, match="read back"):
        copy(source, f"{tmp_path}/copy")
    assert not list((tmp_path / "copy").iterdir())


def test_another_checkpoint_is_not_replaced(source: Path, tmp_path: Path):
    copy(source, f"{tmp_path}/copy")
    with (source / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x7f")
    before = (tmp_path / "copy/model.safetensors").read_bytes()
    with pytest.raises(SettingsError, match=r"model\.safetensors is there, and differs"):
        copy(source, f"{tmp_path}/copy")
    assert (tmp_path / "copy/model.safetensors").read_bytes() == before


def test_a_folder_with_other_files_is_refused(source: Path, tmp_path: Path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/model.safetensors.index.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"index\.json, no part of this checkpoint"):
        copy(source, f"{tmp_path}/copy")


def test_a_copy_that_was_changed_is_not_taken_for_the_original(source: Path, tmp_path: Path):
    target = f"file://{tmp_path}/copy"
    copy(source, target)
    with (tmp_path / "copy/tokenizer.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    with pytest.raises(CheckpointError, match=r"tokenizer\.json differ"):
        resolve_checkpoint(target)


def test_shards_are_copied_and_a_missing_one_is_named(source: Path, tmp_path: Path):
    (source / "model.safetensors").rename(source / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (source / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    copy(source, f"{tmp_path}/copy")
    assert (tmp_path / "copy/model-00001-of-00002.safetensors").is_file()
    index["weight_map"]["b"] = "model-00002-of-00002.safetensors"
    (source / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(CheckpointError, match="names model-00002-of-00002"):
        copy(source, f"{tmp_path}/second")


def test_the_command_prints_the_options_to_give_next(source: Path, tmp_path: Path):
    result = CliRunner().invoke(app, ["checkpoint", "copy", str(source), f"{tmp_path}/copy"])
    fingerprint = resolve_checkpoint(f"{tmp_path}/copy").fingerprint
    expected = f"--checkpoint {tmp_path}/copy --set checkpoint.fingerprint={fingerprint}"
    assert result.stdout.strip().splitlines()[-1] == expected
