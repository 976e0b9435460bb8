"""Checkpoints and rows copied to where a Vertex run reads them; here another folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from components.checkpoint.resolve import resolve_checkpoint
from components.errors import SettingsError, UserError
from pipeline.copy_command import copy_checkpoint, copy_data
from pipeline.vertex import upload


def test_a_checkpoint_is_copied_without_pickles_and_its_fingerprint_printed(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source = tmp_path / "source"
    source.mkdir()
    for file in checkpoint.iterdir():
        (source / file.name).symlink_to(file)
    (source / "training_args.bin").write_bytes(b"a pickle")
    destination = tmp_path / "bucket" / "starter"
    copy_checkpoint(str(source), None, f"{destination}/")
    expected = {file.name for file in checkpoint.iterdir()}
    assert {file.name for file in destination.iterdir()} == expected
    fingerprint = resolve_checkpoint(str(source)).fingerprint
    printed = capsys.readouterr().out
    assert f"--checkpoint {destination} --set checkpoint.fingerprint={fingerprint}" in printed
    resolve_checkpoint(str(destination))

    copy_checkpoint(str(source), None, str(destination))
    assert f"0 of {len(expected)} files copied" in capsys.readouterr().out


def test_another_checkpoint_in_the_place_is_not_overwritten(checkpoint: Path, tmp_path: Path):
    copy_checkpoint(str(checkpoint), None, str(tmp_path / "there"))
    weights = tmp_path / "there" / "model.safetensors"
    weights.write_bytes(b"other weights")
    with pytest.raises(UserError, match=r"model\.safetensors is there and differs"):
        copy_checkpoint(str(checkpoint), None, str(tmp_path / "there"))
    assert weights.read_bytes() == b"other weights"


def test_an_interrupted_copy_is_not_taken_for_a_checkpoint(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real_rename = upload.tf.io.gfile.rename

    def fail_at_the_weights(source: str, destination: str) -> None:
        if "model.safetensors" in source:
            raise KeyboardInterrupt
        real_rename(source, destination)

    monkeypatch.setattr(upload.tf.io.gfile, "rename", fail_at_the_weights)
    with pytest.raises(KeyboardInterrupt):
        copy_checkpoint(str(checkpoint), None, str(tmp_path / "there"))
    with pytest.raises(UserError, match=r"no config\.json"):
        resolve_checkpoint(str(tmp_path / "there"))
    monkeypatch.undo()
    copy_checkpoint(str(checkpoint), None, str(tmp_path / "there"))
    resolve_checkpoint(str(tmp_path / "there"))
    assert not [name for name in os.listdir(tmp_path / "there") if name.endswith(".part")]


def test_rows_are_checked_and_copied(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    copy_data(sample_file, f"{tmp_path}/data/", [])
    copied = tmp_path / "data" / sample_file.name
    assert copied.read_bytes() == sample_file.read_bytes()
    printed = capsys.readouterr().out
    assert "600 usable rows, copied" in printed
    assert f"--data {copied}" in printed


def test_a_file_that_a_run_would_refuse_is_not_copied(tmp_path: Path):
    rows = tmp_path / "rows.json"
    rows.write_text('{"headline": "A", "category": "CRIME"}\n{"headline": "B"}\n', "utf-8")
    with pytest.raises(SettingsError, match=r"rows\.json:2: "):
        copy_data(rows, f"{tmp_path}/data/", [])
    assert not (tmp_path / "data").exists()
    with pytest.raises(SettingsError, match="No such file"):
        copy_data(tmp_path / "none.json", f"{tmp_path}/data/", [])
