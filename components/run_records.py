"""Past and present runs, read from ML Metadata without importing TFX."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb

from components.errors import SettingsError

DONE, CACHED, FAILED = "done", "cached", "failed"
ENDED = (DONE, CACHED)
"""States of a step that has made what it was to make."""

_SQLITE = b"SQLite format 3\0"
_RUN_CONTEXT = "pipeline_run"
_STATES = {
    pb.Execution.COMPLETE: DONE,
    pb.Execution.CACHED: CACHED,
    pb.Execution.FAILED: FAILED,
    pb.Execution.CANCELED: "cancelled",
    pb.Execution.RUNNING: "running",
    pb.Execution.NEW: "new",
}
_OUTPUT_EVENTS = (pb.Event.OUTPUT, pb.Event.INTERNAL_OUTPUT)


@dataclass(frozen=True)
class ArtifactRecord:
    """An artifact that a component made or found."""

    id: int
    type: str
    uri: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class StepRecord:
    """One component's execution in a run."""

    component: str
    execution_id: int
    state: str
    started: datetime
    ended: datetime
    outputs: Mapping[str, list[ArtifactRecord]]

    def output(self, key: str) -> ArtifactRecord | None:
        """The only, or first, artifact of an output; None where there is none."""
        return next(iter(self.outputs.get(key, [])), None)


@dataclass(frozen=True)
class RunRecord:
    """One run of a pipeline; `steps` by component, in the order they started."""

    run_id: str
    pipeline: str
    steps: Mapping[str, StepRecord] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The run's id up to the second, as it is shown and asked for."""
        return self.run_id.partition(".")[0]

    def output(self, component: str, key: str) -> ArtifactRecord | None:
        """An artifact of a component, None where the component did not make it."""
        step = self.steps.get(component)
        return step.output(key) if step else None

    def ended(self, component: str) -> bool:
        """Whether a component has made what it was to make."""
        return component in self.steps and self.steps[component].state in ENDED

    @property
    def started(self) -> datetime | None:
        return min((step.started for step in self.steps.values()), default=None)

    @property
    def failed_component(self) -> str | None:
        return next((s.component for s in self.steps.values() if s.state == FAILED), None)


def check_database(path: str) -> None:
    """Returns if a file is one of SQLite's, or empty, as one is that was never written to.

    Raises:
        SettingsError: it is another one.
    """
    with open(path, "rb") as file:
        begin = file.read(len(_SQLITE))
    if begin not in (b"", _SQLITE):
        raise SettingsError(f"{path}: is no database of runs; name another --output folder")


class RunRecords:
    """Reads the runs of an output folder.

    Args:
        database: ML Metadata's SQLite file.

    Raises:
        SettingsError: there is no such file, or it is another one.
    """

    def __init__(self, database: str):
        if not os.path.isfile(database):
            raise SettingsError(f"{database}: no runs here; name the --output folder of a run")
        check_database(database)
        config = pb.ConnectionConfig()
        config.sqlite.filename_uri = database
        config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READONLY
        self._store = metadata_store.MetadataStore(config)

    def runs(self) -> list[RunRecord]:
        """All runs, the oldest first."""
        contexts = sorted(
            self._store.get_contexts_by_type(_RUN_CONTEXT),
            key=lambda c: c.create_time_since_epoch,
        )
        return [self._read_run(context) for context in contexts]

    def read(self, run_id: str) -> RunRecord | None:
        """The run of that id, None where there is none."""
        context = self._store.get_context_by_type_and_name(_RUN_CONTEXT, run_id)
        return self._read_run(context) if context else None

    def latest(self) -> RunRecord | None:
        """The run that started last."""
        runs = self.runs()
        return runs[-1] if runs else None

    def find(self, name: str | None) -> RunRecord:
        """The run of that name, or the latest.

        Raises:
            SettingsError: there is none, or several begin like that.
        """
        runs = self.runs()
        found = [run for run in runs if name is None or run.run_id.startswith(name)]
        if not found or (name is not None and len(found) > 1):
            known = ", ".join(run.name for run in runs[-5:]) or "none"
            problem = "several runs begin with" if found else "no run"
            raise SettingsError(f"{problem} {name or 'at all'}; the latest are: {known}")
        return found[-1]

    def step(self, component: str, execution_id: int) -> StepRecord:
        """One execution."""
        (execution,) = self._store.get_executions_by_id([execution_id])
        return self._read_step(component, execution)

    def _read_run(self, run: pb.Context) -> RunRecord:
        pipeline, steps = "", {}
        executions = self._store.get_executions_by_context(run.id)
        for execution in sorted(executions, key=lambda e: e.id):
            contexts = {c.type: c.name for c in self._store.get_contexts_by_execution(execution.id)}
            pipeline = contexts.get("pipeline", pipeline)
            component = contexts.get("node", "").removeprefix(f"{pipeline}.")
            steps[component] = self._read_step(component, execution)
        return RunRecord(run.name, pipeline, steps)

    def _read_step(self, component: str, execution: pb.Execution) -> StepRecord:
        keys = {
            event.artifact_id: event.path.steps[0].key
            for event in self._store.get_events_by_execution_ids([execution.id])
            if event.type in _OUTPUT_EVENTS
        }
        outputs: dict[str, list[ArtifactRecord]] = {}
        for artifact in self._store.get_artifacts_by_id(list(keys)):
            record = ArtifactRecord(artifact.id, artifact.type, artifact.uri, _properties(artifact))
            outputs.setdefault(keys[artifact.id], []).append(record)
        return StepRecord(
            component=component,
            execution_id=execution.id,
            state=_STATES.get(execution.last_known_state, "unknown"),
            started=_time(execution.create_time_since_epoch),
            ended=_time(execution.last_update_time_since_epoch),
            outputs=outputs,
        )


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000)


def _properties(artifact: pb.Artifact) -> dict[str, Any]:
    return {
        name: getattr(value, value.WhichOneof("value"))
        for properties in (artifact.properties, artifact.custom_properties)
        for name, value in properties.items()
        if value.WhichOneof("value")
    }
