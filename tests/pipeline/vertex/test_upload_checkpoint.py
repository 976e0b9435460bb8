"""Copies of checkpoints: only what a run reads, never half of it, never over something else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from components.checkpoint.files import needed_files
from components.checkpoint.manifest import MANIFEST_FILE
from components.checkpoint.resolve import localize, resolve_checkpoint
from components.errors import CheckpointError, SettingsError
from pipeline.cli.main import app
from pipeline.vertex.upload import CopyError
from pipeline.vertex.upload_checkpoint import upload_checkpoint
from tests.support.fake_bucket import FakeBucket, Upload

PLACE = "checkpoints/model"
TARGET = f"gs://acme-news/{PLACE}"


@pytest.fixture
def source(checkpoint: Path, tmp_path: Path) -> Path:
    """Links as in the Hub's cache, and files that no run may load."""
    blobs = Path(shutil.copytree(checkpoint, tmp_path / "blobs"))
    folder = tmp_path / "snapshots" / "0123"
    folder.mkdir(parents=True)
    for file in blobs.iterdir():
        (folder / file.name).symlink_to(file)
    for name in ("pytorch_model.bin", "optimizer.pt", "README.md", "tf_model.h5"):
        (folder / name).write_bytes(b"other")
    return folder


def copy(source: Path) -> tuple[str, int]:
    return upload_checkpoint(str(source), TARGET, Console(quiet=True))


def test_the_files_of_one_set_of_weights_and_the_tokenizer_are_copied(
    bucket: FakeBucket, source: Path, tmp_path: Path
):
    fingerprint, written = copy(source)
    names = set(bucket.folder(PLACE))
    assert {"config.json", "model.safetensors", "tokenizer.json"} < names
    assert not names & {"pytorch_model.bin", "optimizer.pt", "README.md", "tf_model.h5"}
    assert written == len(names)
    assert list(bucket.objects)[-2:] == [f"{PLACE}/{MANIFEST_FILE}", f"{PLACE}/config.json"]
    # The same wherever it is: where it came from, at a remote address, and brought back.
    copied = bucket.download(PLACE, tmp_path / "copy")
    for place in (str(source), f"file://{copied}/", str(copied)):
        assert resolve_checkpoint(place).fingerprint == fingerprint


def test_a_second_copy_writes_nothing(bucket: FakeBucket, source: Path):
    first, _ = copy(source)
    assert copy(source) == (first, 0)


def test_an_interrupted_copy_is_no_checkpoint_and_is_completed(
    bucket: FakeBucket, source: Path, tmp_path: Path
):
    third = f"{PLACE}/{needed_files(source)[2]}"
    bucket.drops[third] = 1000
    with pytest.raises(CopyError, match=r"connection lost \(.*\); the same command goes on"):
        copy(source)
    assert len(bucket.objects) == 2
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        resolve_checkpoint(f"file://{bucket.download(PLACE, tmp_path / 'half')}")
    bucket.drops.clear()
    # As kill -9 leaves it.
    bucket.uploads["0"] = Upload(third, only_if_absent=True, received=bytearray(b"{"))
    fingerprint, written = copy(source)
    whole = bucket.download(PLACE, tmp_path / "whole")
    assert resolve_checkpoint(f"file://{whole}").fingerprint == fingerprint
    assert written == len(bucket.objects) - 2


def test_what_arrives_corrupted_is_not_taken_for_done(bucket: FakeBucket, source: Path):
    bucket.corrupted.add(f"{PLACE}/{needed_files(source)[0]}")
    with pytest.raises(CopyError, match="CRC32C"):
        copy(source)
    assert not bucket.objects


def test_another_checkpoint_is_not_replaced(bucket: FakeBucket, source: Path):
    copy(source)
    with (source / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x7f")
    before = dict(bucket.objects)
    with pytest.raises(SettingsError, match=r"model\.safetensors is there, and differs"):
        copy(source)
    assert bucket.objects == before


@pytest.mark.parametrize("name", ["model.safetensors.index.json", "old/config.json"])
def test_a_folder_with_other_files_is_refused(bucket: FakeBucket, source: Path, name: str):
    bucket.objects[f"{PLACE}/{name}"] = b"{}"
    with pytest.raises(SettingsError, match=rf"{name}, no part of this checkpoint"):
        copy(source)
    assert len(bucket.objects) == 1


def test_a_file_that_somebody_adds_meanwhile_is_noticed(bucket: FakeBucket, source: Path):
    # Asking for the last file makes it appear.
    index = f"{PLACE}/model.safetensors.index.json"
    bucket.on_absent[f"{PLACE}/config.json"] = (index, b"{}")
    with pytest.raises(CopyError, match="was changed meanwhile"):
        copy(source)


def test_neighbours_and_the_mark_of_a_folder_are_no_part_of_it(bucket: FakeBucket, source: Path):
    bucket.objects = {f"{PLACE}/": b"", f"{PLACE}-2/config.json": b"{}", "config.json": b"{}"}
    _, written = copy(source)
    assert written == len(bucket.objects) - 3


def test_a_copy_that_was_changed_is_not_taken_for_the_original(
    bucket: FakeBucket, source: Path, tmp_path: Path
):
    copy(source)
    bucket.objects[f"{PLACE}/tokenizer.json"] += b" "
    with pytest.raises(CheckpointError, match=r"tokenizer\.json differ"):
        resolve_checkpoint(f"file://{bucket.download(PLACE, tmp_path / 'copy')}")


def test_a_copy_with_other_contents_of_the_same_size_is_noticed_when_it_is_used(
    bucket: FakeBucket, source: Path, tmp_path: Path
):
    copy(source)
    remote = bucket.download(PLACE, tmp_path / "copy")
    assert localize(f"file://{remote}", str(tmp_path / "good"))
    with (remote / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x7f")
    assert resolve_checkpoint(f"file://{remote}")  # reads names and sizes
    with pytest.raises(CheckpointError, match="is of other contents than the files beside it"):
        localize(f"file://{remote}", str(tmp_path / "changed"))


def test_the_manifest_of_an_earlier_version_stays(bucket: FakeBucket, source: Path):
    fingerprint, _ = copy(source)
    manifest = json.loads(bucket.objects[f"{PLACE}/{MANIFEST_FILE}"])
    del manifest["checked"]
    bucket.objects[f"{PLACE}/{MANIFEST_FILE}"] = json.dumps(manifest).encode()
    again = upload_checkpoint(str(source), TARGET, Console(quiet=True), "roberta, all finite")
    assert again == (fingerprint, 0)


def test_what_the_command_found_is_kept_in_the_manifest(bucket: FakeBucket, source: Path):
    result = CliRunner().invoke(app, ["checkpoint", "copy", str(source), TARGET])
    assert result.exit_code == 0, result.output
    manifest = json.loads(bucket.objects[f"{PLACE}/{MANIFEST_FILE}"])
    assert "37 tensors accounted for" in manifest["checked"]


def test_a_broken_checkpoint_is_not_copied(bucket: FakeBucket, source: Path):
    weights = source / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    result = CliRunner().invoke(app, ["checkpoint", "copy", str(source), TARGET])
    assert isinstance(result.exception, CheckpointError)
    assert not bucket.objects


def test_shards_are_copied_and_a_missing_one_is_named(bucket: FakeBucket, source: Path):
    (source / "model.safetensors").rename(source / "model-00001-of-00002.safetensors")
    index = {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (source / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    copy(source)
    assert "model-00001-of-00002.safetensors" in bucket.folder(PLACE)
    index["weight_map"]["b"] = "model-00002-of-00002.safetensors"
    (source / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    bucket.objects.clear()
    with pytest.raises(CheckpointError, match="names model-00002-of-00002"):
        copy(source)
    assert not bucket.objects


def test_the_command_prints_the_options_to_give_next(
    bucket: FakeBucket, source: Path, tmp_path: Path
):
    result = CliRunner().invoke(app, ["checkpoint", "copy", str(source), f"{TARGET}/"])
    copied = bucket.download(PLACE, tmp_path / "copy")
    fingerprint = resolve_checkpoint(f"file://{copied}").fingerprint
    expected = f"--checkpoint {TARGET} --set checkpoint.fingerprint={fingerprint}"
    assert result.stdout.strip().splitlines()[-1] == expected
