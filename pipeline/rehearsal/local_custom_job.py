"""Runs a module with Vertex's job service replaced by this machine.

    python local_custom_job.py MODULE ARGUMENT...

What asks Vertex AI for a custom job, as TFX's Trainer does, gets the worker's own command run here,
in a process and a working directory of its own. The rest of the module runs as it is.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
import tempfile
from typing import Any


class LocalJobService:
    """Stands in for JobServiceClient: a job is done when it has been created."""

    def __init__(self, client_options: dict[str, str]):
        self._endpoint = client_options["api_endpoint"]
        self._jobs: dict[str, Any] = {}

    def create_custom_job(self, parent: str, custom_job: dict[str, Any]) -> Any:
        """Runs the job's container command; the fields have to be those of a CustomJob."""
        from google.cloud.aiplatform import gapic

        job = gapic.CustomJob(custom_job)
        job.name = f"{parent}/customJobs/{len(self._jobs) + 1}"
        (pool,) = job.job_spec.worker_pool_specs
        command = [*pool.container_spec.command, *pool.container_spec.args]
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run([sys.executable, *command[1:]], cwd=folder, check=False)
        states = gapic.JobState
        failed = result.returncode != 0
        job.state = states.JOB_STATE_FAILED if failed else states.JOB_STATE_SUCCEEDED  # type: ignore[assignment]
        self._jobs[job.name] = job
        return job

    def get_custom_job(self, name: str, **_: Any) -> Any:
        """The job, which has ended."""
        return self._jobs[name]


def main(module: str, *arguments: str) -> None:
    """Runs the module as `python -m` would."""
    from google.cloud.aiplatform import gapic

    vars(gapic)["JobServiceClient"] = LocalJobService
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
