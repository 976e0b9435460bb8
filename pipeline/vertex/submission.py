"""Submits a compiled file to Vertex AI Pipelines once, by the clock, or cancels it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from google.api_core import exceptions
from google.api_core.retry import Retry
from google.api_core.timeout import ConstantTimeout
from google.cloud import aiplatform_v1 as vertex_ai
from google.protobuf import json_format

from components.errors import SettingsError
from pipeline.settings import VertexSettings
from pipeline.vertex.clients import Clients
from pipeline.vertex.refusals import explained, is_transient

REQUEST_LABEL = "newscat-request"
"""Label of a job with the fingerprint of what was asked for."""

_TRANSIENT = Retry(predicate=is_transient, initial=1.0, maximum=30.0, timeout=300.0)
# Of one attempt; without it a lost connection would be waited for without end.
_TIMEOUT = ConstantTimeout(60.0)
_CONSOLE = "https://console.cloud.google.com/vertex-ai/pipelines"


def make_job(document: Mapping[str, Any], vertex: VertexSettings) -> vertex_ai.PipelineJob:
    """The job that a compiled file describes, with what the settings add.

    Args:
        document: the compiled file.
        vertex: account, network, labels and key of the job.

    Raises:
        SettingsError: the file is no PipelineJob.
    """
    job = vertex_ai.PipelineJob()
    try:
        json_format.ParseDict(document, vertex_ai.PipelineJob.pb(job))
    except json_format.ParseError as error:
        raise SettingsError(f"no PipelineJob: {error}; compile it anew") from error
    job.labels.update(vertex.labels)
    job.service_account = vertex.service_account or ""
    job.network = vertex.network or ""
    if vertex.encryption_key:
        job.encryption_spec = vertex_ai.EncryptionSpec(kms_key_name=vertex.encryption_key)
    wanted = vertex_ai.PipelineJob.pb(job).SerializeToString(deterministic=True)
    # Vertex may fill in fields of the job, but leaves labels as they are.
    job.labels[REQUEST_LABEL] = hashlib.sha256(wanted).hexdigest()[:32]
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
            job: to create, see `make_job`.
            job_id: of the job; a second request with it is answered with ALREADY_EXISTS.

        Returns:
            The job's resource name.
        """
        request = vertex_ai.CreatePipelineJobRequest(
            parent=self._parent, pipeline_job=job, pipeline_job_id=job_id
        )
        again = f"it may have made the job; with --job-id {job_id} the same command makes no second"
        with explained(self._vertex, again):
            try:
                return self._clients.pipelines.create_pipeline_job(
                    request, retry=_TRANSIENT, timeout=_TIMEOUT
                ).name
            except exceptions.AlreadyExists:
                # A request whose answer was lost had got through, unless the job is another one.
                there = self.read(f"{self._parent}/pipelineJobs/{job_id}")
                if there.labels.get(REQUEST_LABEL) != job.labels[REQUEST_LABEL]:
                    raise
                return there.name

    def read(self, name: str) -> vertex_ai.PipelineJob:
        """The job of that resource name, as it is now."""
        with explained(self._vertex):
            return self._clients.pipelines.get_pipeline_job(
                name=name, retry=_TRANSIENT, timeout=_TIMEOUT
            )

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
        # Not tried again: schedules have no id of ours that would tell a second one.
        there = f"{_CONSOLE}/schedules?project={self._vertex.project}"
        with explained(self._vertex, f"look at {there} before you try again, it may be there"):
            return self._clients.schedules.create_schedule(
                parent=self._parent, schedule=schedule, timeout=_TIMEOUT
            ).name

    def cancel(self, name: str) -> None:
        """Asks for a job to be cancelled; its running tasks end soon after.

        Args:
            name: id or resource name of the job.
        """
        name = name if "/" in name else f"{self._parent}/pipelineJobs/{name}"
        with explained(self._vertex):
            self._clients.pipelines.cancel_pipeline_job(
                name=name, retry=_TRANSIENT, timeout=_TIMEOUT
            )

    def console_url(self, name: str) -> str:
        """Where a browser shows the job."""
        job = name.rpartition("/")[2]
        return (
            f"{_CONSOLE}/locations/{self._vertex.region}/runs/{job}?project={self._vertex.project}"
        )
