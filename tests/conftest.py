"""Fixtures that many tests share: a tiny checkpoint, a few rows, a warm interpreter."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import components  # noqa: F401 - chooses Keras 2 before any test imports TensorFlow
from pipeline.demo.sample import write_sample
from pipeline.demo.starter_checkpoint import build_starter_checkpoint
from tests.support.warm_python import SERVER_LIBRARIES, start_warm_python
from tests.support.warm_server import FEW_COLLECTIONS


def pytest_collection_finish() -> None:
    """Has Python collect garbage more rarely: see the warm server, which does so as well."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*FEW_COLLECTIONS)


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
def tiny_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SavedModel that `predict` can ask."""
    from tests.support.tiny_export import write_tiny_export

    folder = tmp_path_factory.mktemp("exports") / "1"
    write_tiny_export(folder)
    return folder


@pytest.fixture(scope="session")
def server_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What stands in for Python, with TensorFlow alone imported, for servers of an export."""
    with start_warm_python(tmp_path_factory.mktemp("server_python"), SERVER_LIBRARIES) as shim:
        yield shim


@pytest.fixture(scope="session")
def warm_python(tmp_path_factory: pytest.TempPathFactory, server_python: str) -> Iterator[str]:
    """What stands in for Python, with the libraries imported: see its module."""
    folder = tmp_path_factory.mktemp("warm_python")
    with start_warm_python(folder, isolated=server_python) as shim:
        yield shim
