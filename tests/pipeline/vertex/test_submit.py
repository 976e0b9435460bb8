"""`newscat submit` against services that speak the real protocol."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import grpc
import pytest
import typer
from google.api_core.retry import Retry
from google.cloud import aiplatform_v1
from google.protobuf import json_format

from components.errors import DataRefusedError, FailureError, SettingsError
from pipeline.cli import exit_codes
from pipeline.cli import submit as submit_command
from pipeline.cli.submit import cancel_job, submit
from pipeline.vertex import submission, watch
from tests.pipeline.vertex.conftest import GIVEN, vertex_settings
from tests.pipeline.vertex.fake_vertex import FakeVertex

NO_WAIT: dict[str, Any] = {"wait": False, "job_id": "news-1"}
Capture = pytest.CaptureFixture[str]
NAME = "projects/acme/locations/us-central1/pipelineJobs/news-1"


def send(compiled: Path, given: list[str], **options: Any) -> bool:
    """Submits; whether nothing is known of a model that was not blessed."""
    try:
        submit(compiled, set_=given, **options)
    except typer.Exit as end:
        assert end.exit_code == exit_codes.NOT_BLESSED
        return False
    return True


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit_command, "_SECONDS_BETWEEN_POLLS", 0.0)
    patient = submission._TRANSIENT
    hasty = Retry(predicate=patient._predicate, initial=0.01, maximum=0.1, timeout=2.0)
    monkeypatch.setattr(submission, "_TRANSIENT", hasty)


def test_the_job_received_is_the_job_that_was_compiled(
    compiled: Path, document: dict[str, Any], vertex_ai: FakeVertex
):
    account = "vertex.service_account=trainer@acme.iam.gserviceaccount.com"
    send(compiled, [*GIVEN, account, "vertex.labels={team: news}"], **NO_WAIT)
    job = aiplatform_v1.PipelineJob.pb(vertex_ai.jobs[NAME])
    received = json_format.MessageToDict(job)
    assert received["pipelineSpec"] == document["pipelineSpec"]
    assert received["runtimeConfig"] == document["runtimeConfig"]
    assert received["displayName"] == "news-category-vertex"
    assert received["serviceAccount"] == "trainer@acme.iam.gserviceaccount.com"
    own = received["labels"].pop(submission.REQUEST_LABEL)
    assert received["labels"] == {**document["labels"], "team": "news"}
    assert re.fullmatch("[0-9a-f]{1,63}", own), "what Vertex AI takes for a label's value"


def test_parameters_replace_the_compiled_values(compiled: Path, vertex_ai: FakeVertex):
    send(compiled, GIVEN, parameter=["data_folder=gs://acme-news/monday"], **NO_WAIT)
    parameters = vertex_ai.jobs[NAME].runtime_config.parameters
    assert parameters["data_folder"].string_value == "gs://acme-news/monday"
    with pytest.raises(SettingsError, match="has data_folder, eval_config, trainer_config"):
        send(compiled, GIVEN, parameter=["epochs=3"])
    with pytest.raises(SettingsError, match="--parameter data_folder=b: data_folder is given alr"):
        send(compiled, GIVEN, parameter=["data_folder=a", "data_folder=b"])


@pytest.mark.parametrize("trouble", ["unavailable", "lose_answers"])
def test_retries_make_no_second_job(compiled: Path, vertex_ai: FakeVertex, trouble: str):
    setattr(vertex_ai, trouble, 2 if trouble == "unavailable" else 1)
    send(compiled, GIVEN, **NO_WAIT)
    assert len(vertex_ai.requests) > 1
    assert list(vertex_ai.jobs) == [NAME]


def test_an_id_that_another_job_has_is_refused(compiled: Path, vertex_ai: FakeVertex):
    send(compiled, GIVEN, **NO_WAIT)
    other = {**NO_WAIT, "parameter": ["data_folder=gs://acme-news/monday"]}
    with pytest.raises(FailureError, match="exists"):
        send(compiled, GIVEN, **other)
    send(compiled, GIVEN, **NO_WAIT)
    assert list(vertex_ai.jobs) == [NAME]


def test_no_answer_at_all_is_one_message_that_says_how_to_go_on(
    compiled: Path, vertex_ai: FakeVertex
):
    vertex_ai.refuse = (grpc.StatusCode.UNAVAILABLE, "try again")
    with pytest.raises(FailureError, match="with --job-id news-1 the same command makes no second"):
        send(compiled, GIVEN, **NO_WAIT)
    assert len(vertex_ai.requests) > 1
    vertex_ai.requests.clear()
    with pytest.raises(FailureError, match="look at .*schedules.* before you try again"):
        send(compiled, GIVEN, schedule="0 4 * * 1")
    assert len(vertex_ai.requests) == 1, "a second schedule would run everything twice"


def test_waiting_shows_every_task_once_as_it_ends(
    compiled: Path, document: dict[str, Any], vertex_ai: FakeVertex, capsys: Capture
):
    vertex_ai.retried_task, vertex_ai.cached_task = "JsonExampleGen", "StatisticsGen"
    assert send(compiled, GIVEN, job_id="news-1")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    tasks = set(document["pipelineSpec"]["root"]["dag"]["tasks"])
    cached = {"StatisticsGen"}
    assert sorted(words[1] for words in lines if words[0] == "succeeded") == sorted(tasks - cached)
    assert ["succeeded", "Trainer", "7", "s"] in lines
    assert ["cached", "StatisticsGen", "7", "s"] in lines
    assert [words[1] for words in lines if words[0] == "failed"] == ["JsonExampleGen"]
    assert ["cancel", "newscat", "submit", "--cancel", NAME] in lines


@pytest.mark.parametrize(
    ("blessed", "printed"),
    [
        (True, "blessed by Evaluator, and pushed"),
        (False, "NOT blessed by Evaluator"),
        (None, "Vertex AI shows the verdict"),
    ],
)
def test_the_verdict_of_the_gate_is_the_result(
    compiled: Path, vertex_ai: FakeVertex, capsys: Capture, blessed: bool | None, printed: str
):
    vertex_ai.blessed = blessed
    result = send(compiled, GIVEN, job_id="news-1")
    assert result is (blessed is not False)
    assert printed in capsys.readouterr().out


def test_a_job_that_the_data_stopped_ends_as_a_run_does(compiled: Path, vertex_ai: FakeVertex):
    vertex_ai.refused, vertex_ai.failing_task = True, ("DataGate", "exit status 1")
    with pytest.raises(
        DataRefusedError, match=r"every rule is in gs://b/verdict/data_verdict\.json"
    ):
        send(compiled, GIVEN, job_id="news-1")


def test_to_stop_watching_leaves_the_job_alone_and_says_how_to_cancel(
    compiled: Path, vertex_ai: FakeVertex, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watch.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        send(compiled, GIVEN, job_id="news-1")
    said = capsys.readouterr().out.partition("stopped watching; the job goes on")[2]
    assert f"newscat submit --cancel {NAME}" in said
    assert vertex_ai.jobs[NAME].state == aiplatform_v1.PipelineState.PIPELINE_STATE_RUNNING


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("OOM", "task Trainer failed: OOM"),
        ("Failed to pull image", "gcloud artifacts docker images describe us-docker.pkg.dev/acme"),
        ("Quota 'TPU v5e' exceeded", "quota for tpu-v5e-4 in us-central1"),
    ],
)
def test_a_failed_task_is_named_with_what_to_do(
    compiled: Path, vertex_ai: FakeVertex, message: str, remedy: str
):
    vertex_ai.failing_task = ("Trainer", message)
    with pytest.raises(FailureError, match=remedy) as raised:
        send(compiled, GIVEN, job_id="news-1")
    assert "The DAG failed" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "message", "remedy"),
    [
        (
            grpc.StatusCode.PERMISSION_DENIED,
            "Vertex AI API has not been used in project acme before or it is disabled",
            "gcloud services enable aiplatform.googleapis.com --project acme",
        ),
        (grpc.StatusCode.PERMISSION_DENIED, "denied", "roles/aiplatform.user"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "no", "quota for tpu-v5e-4 in us-central1"),
        (grpc.StatusCode.NOT_FOUND, "no", r"us-central1 \(vertex.region\)"),
        (
            grpc.StatusCode.UNIMPLEMENTED,
            "Received http2 header with status: 404",
            r"us-central1 \(vertex.region\)",
        ),
        (
            grpc.StatusCode.UNAVAILABLE,
            "Getting metadata from plugin failed with error: ('invalid_grant: Bad Request', {})",
            "gcloud auth application-default login",
        ),
        (grpc.StatusCode.INVALID_ARGUMENT, "field x is wrong", "field x is wrong"),
    ],
)
def test_refusals_come_with_their_remedy(
    compiled: Path, vertex_ai: FakeVertex, status: grpc.StatusCode, message: str, remedy: str
):
    vertex_ai.refuse = (status, message)
    with pytest.raises(FailureError, match=remedy):
        send(compiled, GIVEN, **NO_WAIT)
    assert len(vertex_ai.requests) == 1, "asking again would not help"


def test_a_misspelt_region_is_told_its_neighbour(compiled: Path, vertex_ai: FakeVertex):
    vertex_ai.refuse = (grpc.StatusCode.UNIMPLEMENTED, "Received http2 header with status: 404")
    with pytest.raises(FailureError, match="did you mean us-central1"):
        send(compiled, [*GIVEN, "vertex.region=us-centrall"], **NO_WAIT)


def test_no_credentials_is_one_message(
    compiled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(FailureError, match="gcloud auth application-default login"):
        send(compiled, GIVEN, **NO_WAIT)


def test_a_job_is_cancelled_by_its_id(compiled: Path, vertex_ai: FakeVertex):
    send(compiled, GIVEN, **NO_WAIT)
    cancel_job("news-1", "vertex", GIVEN)
    assert vertex_ai.jobs[NAME].state == aiplatform_v1.PipelineState.PIPELINE_STATE_CANCELLED
    with pytest.raises(FailureError, match="no projects/acme"):
        cancel_job("news-2", "vertex", GIVEN)


def test_a_resource_name_is_enough_to_cancel(compiled: Path, vertex_ai: FakeVertex):
    send(compiled, GIVEN, **NO_WAIT)
    cancel_job(NAME, "vertex", [])
    assert vertex_ai.jobs[NAME].state == aiplatform_v1.PipelineState.PIPELINE_STATE_CANCELLED


def test_without_the_cache_every_task_runs(
    compiled: Path, document: dict[str, Any], vertex_ai: FakeVertex
):
    send(compiled, GIVEN, cache=False, **NO_WAIT)
    tasks = vertex_ai.jobs[NAME].pipeline_spec["root"]["dag"]["tasks"]
    assert set(tasks) == set(document["pipelineSpec"]["root"]["dag"]["tasks"])
    assert not any(task["cachingOptions"]["enableCache"] for task in tasks.values())


def test_a_schedule_has_the_cron_and_the_job(
    compiled: Path, document: dict[str, Any], vertex_ai: FakeVertex
):
    send(compiled, GIVEN, schedule="0 4 * * 1")
    (schedule,) = vertex_ai.schedules
    assert schedule.cron == "0 4 * * 1"
    assert schedule.max_concurrent_run_count == 1
    job = aiplatform_v1.PipelineJob.pb(schedule.create_pipeline_job_request.pipeline_job)
    assert json_format.MessageToDict(job)["pipelineSpec"] == document["pipelineSpec"]
    assert not vertex_ai.jobs


def test_a_dry_run_submits_nothing_and_shows_machines_and_arithmetic(
    compiled: Path, vertex_ai: FakeVertex, capsys: Capture
):
    send(compiled, GIVEN, dry_run=True)
    printed = capsys.readouterr().out
    trainer = next(line for line in printed.splitlines() if line.strip().startswith("Trainer"))
    assert "1 x ct5lp-hightpu-4t, topology 2x2" in trainer
    assert trainer.split()[-1] == "yes"
    # 6 FLOP x 12 x 12 x 768^2 parameters x 128 tokens x 100,000 rows x 6 epochs.
    assert "6 epochs; with a model of roberta-base's shape at most 39.1 PFLOP" in printed
    assert not vertex_ai.requests


def test_a_dry_run_shows_the_machines_beside_the_tasks(tmp_path: Path, capsys: Capture):
    from pipeline.vertex.compile import compile_pipeline

    path = tmp_path / "pipeline.json"
    compile_pipeline(
        vertex_settings(
            "vertex.runner=dataflow",
            "vertex.deploy=endpoint",
            "vertex.serving_image=registry/acme/serving:1",
        ),
        str(path),
    )
    send(path, GIVEN, dry_run=True)
    printed = capsys.readouterr().out
    assert "at most 10 x n2-standard-4 for each task that uses Beam" in printed
    assert "endpoint  news-category-vertex on n2-standard-4" in printed


def test_a_dry_run_finds_a_wrong_parameter(compiled: Path):
    with pytest.raises(SettingsError, match="--parameter epochs: the compiled file has"):
        send(compiled, GIVEN, dry_run=True, parameter=["epochs=3"])


def test_a_file_that_is_no_pipeline_is_refused(tmp_path: Path, vertex_ai: FakeVertex):
    (tmp_path / "rows.json").write_text("[]", "utf-8")
    with pytest.raises(SettingsError, match="no compiled pipeline"):
        send(tmp_path / "rows.json", GIVEN, **NO_WAIT)
    assert not vertex_ai.requests
