"""What a run uses is checked before its first component starts, and proved once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from components.checkpoint import check
from components.errors import CheckpointError, SettingsError
from pipeline.checked_inputs import check_inputs
from pipeline.inputs import resolve_inputs
from pipeline.profiles import load_settings
from pipeline.settings import Settings
from pipeline.terminal.display import RunDisplay
from tests.support.broken_checkpoints import renamed


@pytest.fixture
def settings(checkpoint: Path, sample_file: Path, tmp_path: Path) -> Settings:
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    given = {"checkpoint.source": folder, "data.files": sample_file, "output": tmp_path / "out"}
    return load_settings("demo", [f"{key}={value}" for key, value in given.items()])


def shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    """What the terminal shows of the checks, in a process that has made none."""
    check._FOUND.clear()
    with RunDisplay(Console(width=1_000)) as display:
        check_inputs(resolve_inputs(settings).settings, display)
    return capsys.readouterr().out


def test_the_proof_is_kept_until_something_changes(settings: Settings, capsys):
    assert "37 tensors accounted for" in shown(settings, capsys)
    assert shown(settings, capsys) == ""
    shorter = settings.model_copy(
        update={"text": settings.text.model_copy(update={"max_length": 32})}
    )
    assert "37 tensors accounted for" in shown(shorter, capsys)
    config = Path(str(settings.checkpoint.source)) / "config.json"
    config.write_text(config.read_text("utf-8") + "\n", "utf-8")
    assert "37 tensors accounted for" in shown(settings, capsys)


def test_a_checkpoint_in_a_bucket_is_checked_as_well(settings: Settings, capsys):
    source = str(settings.checkpoint.source)
    remote = settings.checkpoint.model_copy(update={"source": f"file://{source}"})
    settings = settings.model_copy(update={"checkpoint": remote})
    assert "37 tensors accounted for" in shown(settings, capsys)
    renamed("module.")(Path(source))
    with pytest.raises(CheckpointError, match=r"'module\.'"):
        shown(settings, capsys)


def test_a_tpu_that_is_not_there(settings: Settings, capsys):
    recipe = settings.trainer.model_copy(update={"strategy": "tpu"})
    with pytest.raises(SettingsError, match="tpu was asked for, and no local TPU answers"):
        shown(settings.model_copy(update={"trainer": recipe}), capsys)


def test_a_text_too_long_is_refused_without_tensorflow(settings: Settings):
    long = settings.model_copy(
        update={"text": settings.text.model_copy(update={"max_length": 500})}
    )
    with pytest.raises(CheckpointError, match=r"text\.max_length: 500 tokens are kept"):
        resolve_inputs(long)
