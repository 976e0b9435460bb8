"""Runs a module with Vertex's job and endpoint services replaced by this machine.

    python local_vertex.py MODULE ARGUMENT...

What asks Vertex AI for a custom job, as TFX's Trainer does, gets the worker's own command run here,
in a process and a working directory of its own. What deploys to an endpoint, as TFX's Pusher does,
has its request checked. The rest of the module runs as it is. This file imports nothing of the
project: it is no part of the distribution that is rehearsed.
"""

from __future__ import annotations

import inspect
import os
import runpy
import subprocess
import sys
import tempfile
from typing import Any

_PLACE = "projects/rehearsal/locations/here"


class LocalJobService:
    """Stands in for JobServiceClient: a job has succeeded when it has been created."""

    def __init__(self, client_options: dict[str, str]):
        self._endpoint = client_options["api_endpoint"]
        self._jobs: dict[str, Any] = {}

    def create_custom_job(self, parent: str, custom_job: dict[str, Any]) -> Any:
        """Runs the job's container command; the fields have to be those of a CustomJob.

        Raises:
            SystemExit: the worker failed. What waits for the job would only say so again, after
                the worker's own reason, which is to be the last error of the log.
        """
        from google.cloud.aiplatform import gapic

        job = gapic.CustomJob(custom_job)
        job.name = f"{parent}/customJobs/{len(self._jobs) + 1}"
        (pool,) = job.job_spec.worker_pool_specs
        command = [*pool.container_spec.command, *pool.container_spec.args]
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run([sys.executable, *command[1:]], cwd=folder, check=False)
        if result.returncode:
            sys.exit(f"the worker of {job.display_name} ended with code {result.returncode}")
        job.state = gapic.JobState.JOB_STATE_SUCCEEDED  # type: ignore[assignment]
        self._jobs[job.name] = job
        return job

    def get_custom_job(self, name: str, **_: Any) -> Any:
        """The job, which has ended."""
        return self._jobs[name]


class LocalEndpoint:
    """Stands in for Endpoint; there is one as soon as it has been created."""

    _created: list[LocalEndpoint] = []  # noqa: RUF012 - of the process

    def __init__(self, name: str):
        self.resource_name = f"{_PLACE}/endpoints/{name}"

    @classmethod
    def list(cls, filter: str) -> list[LocalEndpoint]:
        """All that were created; a rehearsal asks for one name only."""
        return cls._created

    @classmethod
    def create(cls, display_name: str, labels: dict[str, str]) -> LocalEndpoint:
        """Makes one."""
        cls._created = [cls(display_name)]
        return cls._created[0]


class LocalModel:
    """Stands in for Model: what is uploaded has to be there, and the request one that it takes."""

    real: Any = None

    def __init__(self, name: str):
        self.resource_name = f"{_PLACE}/models/{name}"

    @classmethod
    def upload(cls, **request: Any) -> LocalModel:
        """Checks that the folder holds a SavedModel."""
        inspect.signature(cls.real.upload).bind(**request)
        if not os.path.isfile(os.path.join(request["artifact_uri"], "saved_model.pb")):
            raise FileNotFoundError(f"{request['artifact_uri']} holds no saved_model.pb")
        return cls(request["display_name"])

    def deploy(self, **request: Any) -> None:
        """Checks the request against what the client takes."""
        inspect.signature(self.real.deploy).bind(self, **request)

    def wait(self) -> None:
        """Nothing goes on in the background here."""


def main(module: str, *arguments: str) -> None:
    """Runs the module as `python -m` would."""
    from google.cloud import aiplatform

    LocalModel.real = aiplatform.Model
    vars(aiplatform.gapic)["JobServiceClient"] = LocalJobService
    vars(aiplatform).update(Model=LocalModel, Endpoint=LocalEndpoint)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    sys.path[0] = os.getcwd()  # not this file's folder, whose modules no image has on its path
    main(*sys.argv[1:])
