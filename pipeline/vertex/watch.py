"""Follows a job on Vertex AI Pipelines, task by task, to its end and the gate's verdict."""

from __future__ import annotations

import time
from collections.abc import Callable

from google.cloud import aiplatform_v1 as vertex_ai

from components.data_validation.verdict import REFUSED_PROPERTY, VERDICT_FILE
from components.errors import DataRefusedError
from pipeline.dag import component_ids as ids
from pipeline.settings import VertexSettings
from pipeline.vertex.refusals import VertexError, task_remedy

_ENDED = {
    vertex_ai.PipelineState.PIPELINE_STATE_SUCCEEDED,
    vertex_ai.PipelineState.PIPELINE_STATE_FAILED,
    vertex_ai.PipelineState.PIPELINE_STATE_CANCELLED,
}
_TaskState = vertex_ai.PipelineTaskDetail.State
_QUIET_STATES = {_TaskState.STATE_UNSPECIFIED, _TaskState.PENDING}
# Vertex calls a task skipped whose result came from its cache.
_NAMES = {_TaskState.SKIPPED: "cached", _TaskState.NOT_TRIGGERED: "not run"}
_BLESSING = "blessing"
_BLESSED = "blessed"

Show = Callable[[str, str, str], None]


def watch(
    read: Callable[[], vertex_ai.PipelineJob], show: Show, seconds_between_polls: float
) -> vertex_ai.PipelineJob:
    """Waits for the end of a job.

    Args:
        read: gives the job as it is now.
        show: is told task, state and duration of each task whose state has changed.
        seconds_between_polls: how often to ask.

    Returns:
        The job as it ended.
    """
    shown: dict[int, _TaskState] = {}
    while True:
        job = read()
        for task in _leaves(job):
            # By id: a name comes twice where Vertex has tried a task twice.
            if task.state not in _QUIET_STATES and shown.get(task.task_id) != task.state:
                shown[task.task_id] = task.state
                state = _NAMES.get(task.state, task.state.name.lower())
                show(task.task_name, state, _duration(task))
        if job.state in _ENDED:
            return job
        time.sleep(seconds_between_polls)


def check_end(job: vertex_ai.PipelineJob, vertex: VertexSettings) -> None:
    """Returns if the job succeeded.

    Raises:
        DataRefusedError: the validation of data stopped it.
        VertexError: it failed, and which task did, or was cancelled.
    """
    if job.state == vertex_ai.PipelineState.PIPELINE_STATE_SUCCEEDED:
        return
    if job.state == vertex_ai.PipelineState.PIPELINE_STATE_CANCELLED:
        raise VertexError(f"job {job.name.rpartition('/')[2]} was cancelled")
    if uri := _find_refusal(job):
        raise DataRefusedError(
            f"the data is refused, and nothing was trained; every rule is in {uri}"
        )
    failed = [task for task in _leaves(job) if task.state == _TaskState.FAILED]
    messages = [
        f"task {task.task_name} failed: {task.error.message} "
        f"{task_remedy(task.error.message, vertex)}".strip()
        for task in failed
    ]
    raise VertexError("; ".join(messages) or f"the job failed: {job.error.message}")


def read_verdict(job: vertex_ai.PipelineJob) -> dict[str, bool]:
    """What each gate of a job decided, by task; empty where Vertex recorded nothing.

    TFX puts the custom property `blessed` of a blessing into the artifact's metadata
    (`kubeflow_v2_entrypoint_utils.to_runtime_artifact`).
    """
    return {
        task.task_name: bool(artifact.metadata[_BLESSED])
        for task in _leaves(job)
        if _BLESSING in task.outputs
        for artifact in task.outputs[_BLESSING].artifacts
        if artifact.metadata and _BLESSED in artifact.metadata
    }


def _find_refusal(job: vertex_ai.PipelineJob) -> str | None:
    """Where the verdict on the rows is, if it refuses them."""
    return next(
        (
            f"{artifact.uri}/{VERDICT_FILE}"
            for task in _leaves(job)
            if task.task_name == ids.DATA_VALIDATOR
            for artifacts in task.outputs.values()
            for artifact in artifacts.artifacts
            if artifact.metadata and artifact.metadata.get(REFUSED_PROPERTY)
        ),
        None,
    )


def _leaves(job: vertex_ai.PipelineJob) -> list[vertex_ai.PipelineTaskDetail]:
    """The tasks, without the entry of the whole pipeline that Vertex adds as their parent."""
    tasks = job.job_detail.task_details
    parents = {task.parent_task_id for task in tasks}
    return [task for task in tasks if task.task_id not in parents - {0}]


def _duration(task: vertex_ai.PipelineTaskDetail) -> str:
    if not task.start_time or not task.end_time:
        return ""
    return f"{(task.end_time - task.start_time).total_seconds():.0f} s"
