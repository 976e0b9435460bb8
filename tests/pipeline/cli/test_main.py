"""The command line: exit codes and messages for wrong use, without loading TFX."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def newscat(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--set", "trainer.epoch=3"], "did you mean 'epochs'"),
        (["run", "--profile", "kaggle"], "give it with --data"),
        (["run", "--data", "missing.json"], "no file matches"),
        (["run", "--no-such-option"], "No such option"),
        (["predict", "headline"], "predict needs --model"),
        (["predict", "--model", "."], "predict takes HEADLINE"),
        (["predict", "--model", ".", "a", "b", "c"], "predict takes HEADLINE"),
        (["tokenize", "text"], "tokenize needs --checkpoint"),
        (["tokenize", "--checkpoint", "/none", "text"], "is not a folder"),
        (["runs", "--output", "none"], "no runs here"),
        (["explain", "--output", "none"], "no runs here"),
        (["report", "--output", "none"], "no runs here"),
    ],
)
def test_wrong_use_exits_with_2_and_says_what_is_wrong(arguments: list[str], message: str):
    result = newscat(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_model_folder_without_a_model_is_an_error(tmp_path: Path):
    result = newscat("predict", "--model", str(tmp_path), "headline")
    assert result.returncode == 1
    assert "no SavedModel" in result.stderr


def test_help_names_every_command():
    result = newscat("--help")
    for command in ("run", "predict", "tokenize", "runs", "explain", "report"):
        assert command in result.stdout
