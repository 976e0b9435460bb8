"""Fixtures that many tests share: a tiny checkpoint and a few rows, made on the spot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import components  # noqa: F401 - chooses Keras 2 before any test imports TensorFlow
from pipeline.demo.sample import write_sample
from pipeline.demo.starter_checkpoint import build_starter_checkpoint


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 rows of the synthetic sample."""
    path = tmp_path_factory.mktemp("sample") / "rows.json"
    write_sample(path, count=600, seed=3)
    return path


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, sample_file: Path) -> Path:
    """A small, untrained RoBERTa with a tokenizer of its own."""
    folder = tmp_path_factory.mktemp("checkpoints") / "starter"
    return build_starter_checkpoint(folder, sample_file, seed=1)
