"""What took how long, from ML Metadata, where it is a file on this machine.

An artifact's own times do not tell: TFX writes both when the component has ended. Executions do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb
from tfx.types import Artifact

from components.report.content import Step

_OUTPUT_EVENTS = (pb.Event.OUTPUT, pb.Event.PENDING_OUTPUT)


def collect_steps(
    artifacts: Mapping[str, Sequence[Artifact]], database: str | None, run_id: str
) -> list[Step]:
    """Seconds of the components that made the artifacts, in the order they ended.

    Args:
        artifacts: inputs of the report.
        database: ML Metadata's SQLite file; None, or one that is elsewhere, as on Vertex, gives
            no steps.
        run_id: of the run; a component that worked in another run had its result cached.
    """
    if not database or not os.path.isfile(database):
        return []
    config = pb.ConnectionConfig()
    config.sqlite.filename_uri = database
    config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READONLY
    store = metadata_store.MetadataStore(config)
    ids = sorted({artifact.id for each in artifacts.values() for artifact in each})
    events = store.get_events_by_artifact_ids(ids)
    # A cached execution also has an output event; the first one did the work.
    makers: dict[int, int] = {}
    for event in events:
        if event.type in _OUTPUT_EVENTS:
            first = makers.get(event.artifact_id, event.execution_id)
            makers[event.artifact_id] = min(first, event.execution_id)
    executions = store.get_executions_by_id(sorted(set(makers.values())))
    return [_to_step(store, execution, run_id) for execution in executions]


def _to_step(store: metadata_store.MetadataStore, execution: pb.Execution, run_id: str) -> Step:
    contexts = {c.type: c.name for c in store.get_contexts_by_execution(execution.id)}
    milliseconds = execution.last_update_time_since_epoch - execution.create_time_since_epoch
    return Step(
        component=contexts.get("node", "").removeprefix(f"{contexts.get('pipeline', '')}."),
        seconds=milliseconds / 1000,
        is_cached=bool(run_id) and contexts.get("pipeline_run") != run_id,
    )
