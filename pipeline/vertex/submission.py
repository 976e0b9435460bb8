"""Submits a compiled file to Vertex AI Pipelines, watches the job, and can cancel it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud import aiplatform_v1 as vertex_ai
from google.protobuf import json_format

from components.errors import SettingsError
from pipeline.vertex.clients import Clients
from pipeline.vertex.refusals import VertexError, explained, task_remedy
from pipeline.vertex.settings import VertexSettings

_TRANSIENT = Retry(
    predicate=if_exception_type(exceptions.ServiceUnavailable, exceptions.DeadlineExceeded),
    initial=1.0,
    maximum=30.0,
    timeout=300.0,
)
_ENDED = {
    vertex_ai.PipelineState.PIPELINE_STATE_SUCCEEDED,
    vertex_ai.PipelineState.PIPELINE_STATE_FAILED,
    vertex_ai.PipelineState.PIPELINE_STATE_CANCELLED,
}
_TaskState = vertex_ai.PipelineTaskDetail.State
_QUIET_STATES = {_TaskState.STATE_UNSPECIFIED, _TaskState.PENDING}


def make_job(
    document: Mapping[str, Any], vertex: VertexSettings, parameters: Mapping[str, str]
) -> vertex_ai.PipelineJob:
    """The job that a compiled file describes, with what the settings add.

    Args:
        document: the compiled file.
        vertex: account, network, labels and key of the job.
        parameters: values for runtime parameters, in place of the compiled ones.

    Raises:
        SettingsError: the file has no such parameter, or is no PipelineJob.
    """
    job = vertex_ai.PipelineJob()
    try:
        json_format.ParseDict(document, vertex_ai.PipelineJob.pb(job))
    except json_format.ParseError as error:
        raise SettingsError(f"no PipelineJob: {error}; compile it anew") from error
    for name, value in parameters.items():
        if name not in job.runtime_config.parameters:
            known = ", ".join(sorted(job.runtime_config.parameters))
            raise SettingsError(f"--parameter {name}: the compiled file has {known}")
        job.runtime_config.parameters[name] = vertex_ai.Value(string_value=value)
    job.labels.update(vertex.labels)
    job.service_account = vertex.service_account or ""
    job.network = vertex.network or ""
    if vertex.encryption_key:
        job.encryption_spec = vertex_ai.EncryptionSpec(kms_key_name=vertex.encryption_key)
    return job


class Submitter:
    """Talks to Vertex AI for one project and region.

    Args:
        clients: see `connect`.
        vertex: project and region.

    All methods raise `VertexError` for what Vertex AI refuses.
    """

    def __init__(self, clients: Clients, vertex: VertexSettings):
        self._clients, self._vertex = clients, vertex
        self._parent = f"projects/{vertex.project}/locations/{vertex.region}"

    def submit(self, job: vertex_ai.PipelineJob, job_id: str) -> str:
        """Creates a job; however often it is tried, there is one.

        Args:
            job: to create.
            job_id: of the job; a second request with it is answered with ALREADY_EXISTS.

        Returns:
            The job's resource name.
        """
        request = vertex_ai.CreatePipelineJobRequest(
            parent=self._parent, pipeline_job=job, pipeline_job_id=job_id
        )
        with explained(self._vertex):
            try:
                return self._clients.pipelines.create_pipeline_job(request, retry=_TRANSIENT).name
            except exceptions.AlreadyExists:
                # A request whose answer was lost had got through, unless the job is another one.
                name = f"{self._parent}/pipelineJobs/{job_id}"
                there = self._clients.pipelines.get_pipeline_job(name=name, retry=_TRANSIENT)
                if there.pipeline_spec != job.pipeline_spec:
                    raise
                return there.name

    def schedule(self, job: vertex_ai.PipelineJob, cron: str) -> str:
        """Has the job created by the clock, one run at a time.

        Args:
            job: to create each time.
            cron: five fields, say '0 4 * * 1'; may begin with TZ=Europe/Berlin.

        Returns:
            The schedule's resource name.
        """
        schedule = vertex_ai.Schedule(
            display_name=job.display_name,
            cron=cron,
            max_concurrent_run_count=1,
            create_pipeline_job_request=vertex_ai.CreatePipelineJobRequest(
                parent=self._parent, pipeline_job=job
            ),
        )
        with explained(self._vertex):
            # Not tried again: schedules have no id of ours that would tell a second one.
            return self._clients.schedules.create_schedule(
                parent=self._parent, schedule=schedule
            ).name

    def cancel(self, job: str) -> None:
        """Asks for a job to be cancelled; its running tasks end soon after.

        Args:
            job: id or resource name.
        """
        name = job if "/" in job else f"{self._parent}/pipelineJobs/{job}"
        with explained(self._vertex):
            self._clients.pipelines.cancel_pipeline_job(name=name, retry=_TRANSIENT)

    def watch(
        self, name: str, show: Callable[[str, str, str], None], seconds_between_polls: float
    ) -> None:
        """Waits for the end of a job.

        Args:
            name: resource name of the job.
            show: is told task, state and seconds of each task whose state has changed.
            seconds_between_polls: how often to ask.

        Raises:
            VertexError: the job failed, and which task did, or was cancelled.
        """
        shown: dict[str, _TaskState] = {}
        while True:
            with explained(self._vertex):
                job = self._clients.pipelines.get_pipeline_job(name=name, retry=_TRANSIENT)
            for task in job.job_detail.task_details:
                if task.state not in _QUIET_STATES and shown.get(task.task_name) != task.state:
                    shown[task.task_name] = task.state
                    show(task.task_name, task.state.name.lower(), _seconds(task))
            if job.state in _ENDED:
                break
            time.sleep(seconds_between_polls)
        if job.state != vertex_ai.PipelineState.PIPELINE_STATE_SUCCEEDED:
            raise VertexError(self._describe_end(job))

    def console_url(self, name: str) -> str:
        """Where a browser shows the job."""
        job = name.rpartition("/")[2]
        return (
            f"https://console.cloud.google.com/vertex-ai/pipelines/locations/{self._vertex.region}"
            f"/runs/{job}?project={self._vertex.project}"
        )

    def _describe_end(self, job: vertex_ai.PipelineJob) -> str:
        if job.state == vertex_ai.PipelineState.PIPELINE_STATE_CANCELLED:
            return f"job {job.name.rpartition('/')[2]} was cancelled"
        failed = [task for task in job.job_detail.task_details if task.state == _TaskState.FAILED]
        if not failed:
            return f"the job failed: {job.error.message}"
        messages = [
            f"task {task.task_name} failed: {task.error.message} "
            f"{task_remedy(task.error.message, self._vertex)}".strip()
            for task in failed
        ]
        return "; ".join(messages)


def _seconds(task: vertex_ai.PipelineTaskDetail) -> str:
    if not task.start_time or not task.end_time:
        return ""
    return f"{(task.end_time - task.start_time).total_seconds():.0f} s"
