"""What asks Vertex's services in a rehearsal: the worker's command is run, requests are checked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.rehearsal.job import Command
from pipeline.rehearsal.process import Container, TaskFailedError, run_command

ASK_FOR_A_JOB = """
import sys
from google.cloud.aiplatform import gapic

client = gapic.JobServiceClient(client_options={"api_endpoint": "us-central1-aiplatform"})
worker = {"command": ["python", "-c", sys.argv[-1]], "image_uri": "image"}
pool = {"machine_spec": {"machine_type": "n2"}, "replica_count": 1, "container_spec": worker}
job = client.create_custom_job(
    parent="p", custom_job={"display_name": "trainer", "job_spec": {"worker_pool_specs": [pool]}}
)
print("state", client.get_custom_job(name=job.name).state.name)
"""
# TFX's own client, as its Pusher calls it.
DEPLOY = """
import sys
from tfx.extensions.google_cloud_ai_platform import runner

print(runner.deploy_model_for_aip_prediction(
    serving_path=sys.argv[-1], model_version_name="v1", labels={}, enable_vertex=True,
    ai_platform_serving_args={"project_id": "acme", "endpoint_name": "news", **FIELDS},
    serving_container_image_uri="image", endpoint_region="us-central1"))
"""


def run(tmp_path: Path, program: str, argument: str, python: str = sys.executable) -> str:
    """Runs a program as the task of an executor that asks the cloud is run."""
    (tmp_path / "asks.py").write_text(program, "utf-8")
    cloud = "tfx.extensions.google_cloud_ai_platform.trainer.executor.GenericExecutor"
    command = Command(["python", "-m", "asks"], ["--executor_class_path", cloud, argument])
    log = tmp_path / "log"
    run_command("Trainer", command, "{}", Container(python, tmp_path), log)
    return log.read_text("utf-8")


def test_a_job_s_worker_runs_here_in_a_folder_of_its_own(tmp_path: Path):
    printed = run(tmp_path, ASK_FOR_A_JOB, "import os; print('worker in', os.listdir())")
    assert printed.splitlines()[-2:] == ["worker in []", "state JOB_STATE_SUCCEEDED"]


def test_a_worker_s_own_reason_is_what_is_reported(tmp_path: Path):
    with pytest.raises(TaskFailedError, match=r"task Trainer failed: KeyError: 'recipe' \(log"):
        run(tmp_path, ASK_FOR_A_JOB, "{}['recipe']")


def test_a_worker_pool_with_a_field_that_there_is_not_is_refused(tmp_path: Path):
    wrong = ASK_FOR_A_JOB.replace("machine_type", "machine")
    with pytest.raises(TaskFailedError, match="Unknown field for MachineSpec: machine "):
        run(tmp_path, wrong, "pass")


def test_what_an_endpoint_is_asked_is_checked(tmp_path: Path, warm_python: str):
    with pytest.raises(TaskFailedError, match="holds no saved_model.pb"):
        run(tmp_path, DEPLOY.replace("**FIELDS", ""), str(tmp_path), warm_python)
    (tmp_path / "saved_model.pb").touch()
    wrong = DEPLOY.replace("**FIELDS", "'machine': 'n2-standard-4'")
    with pytest.raises(TaskFailedError, match="unexpected keyword argument 'machine'"):
        run(tmp_path, wrong, str(tmp_path), warm_python)
    right = DEPLOY.replace("**FIELDS", "'machine_type': 'n2-standard-4'")
    assert run(tmp_path, right, str(tmp_path), warm_python).splitlines()[-1].endswith("/models/v1")
