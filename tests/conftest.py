"""Fixtures that many tests share: a tiny checkpoint, a few rows, a warm interpreter."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import components  # noqa: F401 - chooses Keras 2 before any test imports TensorFlow
from pipeline.demo.sample import write_sample
from pipeline.demo.starter_checkpoint import build_starter_checkpoint
from tests.support.warm_python import start_warm_python


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


@pytest.fixture(scope="session")
def warm_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Path of what stands in for Python, with the libraries imported: see its module."""
    with start_warm_python(tmp_path_factory.mktemp("warm_python")) as shim:
        yield shim
