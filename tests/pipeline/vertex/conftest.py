"""A job compiled once for all tests, and the services that it is sent to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.profiles import load_settings
from pipeline.settings import Settings
from pipeline.vertex import clients
from tests.pipeline.vertex import fake_vertex

GIVEN = [
    "vertex.project=acme",
    "vertex.bucket=gs://acme-news/runs",
    "vertex.image=us-docker.pkg.dev/acme/ml/newscat:1",
    "data.files=gs://acme-news/data/news.json",
    "checkpoint.source=gs://acme-news/checkpoints/roberta-base",
]


def given_but(*overrides: str) -> list[str]:
    """What is given, with other values in place of its own: a setting is given once."""
    others = {text.partition("=")[0] for text in overrides}
    return [*(text for text in GIVEN if text.partition("=")[0] not in others), *overrides]


def vertex_settings(*overrides: str) -> Settings:
    return load_settings("vertex", given_but(*overrides))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile vertex, compiled."""
    from pipeline.vertex.compile import compile_pipeline

    path = tmp_path_factory.mktemp("compiled") / "pipeline.json"
    compile_pipeline(vertex_settings(), str(path))
    return path


@pytest.fixture(scope="session")
def document(compiled: Path) -> dict[str, Any]:
    return json.loads(compiled.read_text(encoding="utf-8"))


@pytest.fixture
def vertex_ai(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_vertex.FakeVertex]:
    fake = fake_vertex.FakeVertex()
    server = fake_vertex.start(fake)
    monkeypatch.setenv(clients.EMULATOR_VARIABLE, fake.address)
    yield fake
    server.stop(grace=None).wait()
