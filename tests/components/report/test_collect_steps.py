"""What took how long, from ML Metadata."""

from __future__ import annotations

from pathlib import Path

import pytest
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb

from components.report.collect_steps import collect_steps


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """One run: Transform from the cache, Trainer executed, Report still running."""
    path = tmp_path / "metadata.db"
    config = pb.ConnectionConfig()
    config.sqlite.filename_uri = str(path)
    store = metadata_store.MetadataStore(config)
    step_type = store.put_execution_type(pb.ExecutionType(name="step"))
    types = {
        name: store.put_context_type(pb.ContextType(name=name))
        for name in ("pipeline", "pipeline_run", "node")
    }
    for component, state in {
        "Transform": pb.Execution.CACHED,
        "Trainer": pb.Execution.COMPLETE,
        "Report": pb.Execution.RUNNING,
    }.items():
        contexts = {"pipeline": "news", "pipeline_run": "run-1", "node": f"news.{component}"}
        store.put_execution(
            pb.Execution(type_id=step_type, last_known_state=state),
            [],
            [pb.Context(type_id=types[name], name=value) for name, value in contexts.items()],
            reuse_context_if_already_exist=True,
        )
    return path


def test_components_that_have_ended_are_listed(database: Path):
    steps = collect_steps(str(database), "run-1")
    assert [(step.component, step.is_cached) for step in steps] == [
        ("Transform", True),
        ("Trainer", False),
    ]
    assert all(0 <= step.seconds < 60 for step in steps)


@pytest.mark.parametrize("run_id", ["", "run-2"])
def test_a_run_that_metadata_does_not_know_has_no_times(database: Path, run_id: str):
    assert collect_steps(str(database), run_id) == []


@pytest.mark.parametrize("file", [None, "gs://bucket/metadata.db", "missing.db"])
def test_metadata_elsewhere_gives_no_times(file: str | None):
    assert collect_steps(file, "run-1") == []
