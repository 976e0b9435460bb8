"""What took how long, from ML Metadata, where it is a file on this machine.

An artifact's own times do not tell: TFX writes both when the component has ended. Executions do.
"""

from __future__ import annotations

import os

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb

from components.report.content import Step

_RUN_CONTEXT = "pipeline_run"
_ENDED = (pb.Execution.COMPLETE, pb.Execution.CACHED)


def collect_steps(database: str | None, run_id: str) -> list[Step]:
    """The components of a run that have ended, in the order they started.

    Args:
        database: ML Metadata's SQLite file; None, or one that is elsewhere, as on Vertex, gives
            no steps.
        run_id: of the run.
    """
    if not database or not os.path.isfile(database):
        return []
    config = pb.ConnectionConfig()
    config.sqlite.filename_uri = database
    config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READONLY
    store = metadata_store.MetadataStore(config)
    run = store.get_context_by_type_and_name(_RUN_CONTEXT, run_id)
    if run is None:
        return []
    executions = sorted(store.get_executions_by_context(run.id), key=lambda each: each.id)
    return [_to_step(store, each) for each in executions if each.last_known_state in _ENDED]


def _to_step(store: metadata_store.MetadataStore, execution: pb.Execution) -> Step:
    contexts = {c.type: c.name for c in store.get_contexts_by_execution(execution.id)}
    milliseconds = execution.last_update_time_since_epoch - execution.create_time_since_epoch
    return Step(
        component=contexts.get("node", "").removeprefix(f"{contexts.get('pipeline', '')}."),
        seconds=milliseconds / 1000,
        is_cached=execution.last_known_state == pb.Execution.CACHED,
    )
