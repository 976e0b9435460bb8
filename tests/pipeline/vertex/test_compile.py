"""The compiled file: machines, parameters, and nothing of the machine that compiled it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from kfp.pipeline_spec import pipeline_spec_pb2

from components.errors import SettingsError
from pipeline.cli.compile import compile_
from pipeline.settings import REPOSITORY
from pipeline.vertex.checks import check_vertex
from pipeline.vertex.compile import compile_pipeline
from pipeline.vertex.worker_pools import LIBTPU
from tests.pipeline.vertex.conftest import given_but, vertex_settings


def container(document: dict[str, Any], task: str) -> dict[str, Any]:
    return document["pipelineSpec"]["deploymentSpec"]["executors"][f"{task}_executor"]["container"]


def parameter(document: dict[str, Any], name: str) -> Any:
    return json.loads(document["runtimeConfig"]["parameters"][name]["stringValue"])


def constant(document: dict[str, Any], task: str, name: str) -> str:
    parameters = document["pipelineSpec"]["root"]["dag"]["tasks"][task]["inputs"]["parameters"]
    return parameters[name]["runtimeValue"]["constantValue"]["stringValue"]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Compiled with everything a company may need, and an endpoint."""
    settings = vertex_settings(
        "vertex.accelerator=tpu-v3-8",
        "vertex.runner=dataflow",
        "vertex.deploy=endpoint",
        "vertex.serving_image=registry/acme/serving:1",
        "vertex.service_account=trainer@acme.iam.gserviceaccount.com",
        "vertex.network=projects/1/global/networks/private",
        "vertex.encryption_key=projects/acme/locations/us-central1/keyRings/k/cryptoKeys/c",
        "vertex.labels={team: news}",
    )
    return compile_pipeline(settings, str(tmp_path_factory.mktemp("company") / "pipeline.json"))


def test_it_is_a_valid_pipeline_spec(document: dict[str, Any]):
    spec = pipeline_spec_pb2.PipelineSpec()
    json_format.ParseDict(document["pipelineSpec"], spec)
    assert spec.pipeline_info.name == "news-category-vertex"
    job = pipeline_spec_pb2.PipelineJob()
    json_format.ParseDict(document, job)
    assert job.runtime_config.gcs_output_directory.startswith("gs://acme-news/runs/")


def test_it_names_no_path_of_this_machine(compiled: Path):
    text = compiled.read_text(encoding="utf-8")
    for path in (str(REPOSITORY), os.path.expanduser("~"), str(compiled.parent)):
        assert path not in text


def test_every_container_is_the_image_with_tfx_s_own_entry_point(document: dict[str, Any]):
    executors = document["pipelineSpec"]["deploymentSpec"]["executors"]
    containers = [e["container"] for e in executors.values() if "container" in e]
    assert {c["image"] for c in containers} == {"us-docker.pkg.dev/acme/ml/newscat:1"}
    assert all(c["command"][:2] == ["python", "-m"] for c in containers)


def test_the_trainer_has_a_tpu_pool_in_the_nested_form(document: dict[str, Any]):
    arguments = parameter(document, "trainer_config")["ai_platform_training_args"]
    assert set(arguments) == {"project", "display_name", "job_spec"}
    assert arguments["job_spec"]["scheduling"] == {"restart_job_on_worker_restart": True}
    (pool,) = arguments["job_spec"]["worker_pool_specs"]
    assert pool["machine_spec"] == {"machine_type": "ct5lp-hightpu-4t", "tpu_topology": "2x2"}
    assert pool["container_spec"]["image_uri"] == "us-docker.pkg.dev/acme/ml/newscat:1"
    variables = {v["name"]: v["value"] for v in pool["container_spec"]["env"]}
    assert variables["TF_PLUGGABLE_DEVICE_LIBRARY_PATH"] == variables["TPU_LIBRARY_PATH"] == LIBTPU


def test_a_company_s_accounts_keys_and_labels_reach_every_job(company: dict[str, Any]):
    arguments = parameter(company, "trainer_config")["ai_platform_training_args"]
    (pool,) = arguments["job_spec"]["worker_pool_specs"]
    assert pool["machine_spec"] == {
        "machine_type": "cloud-tpu",
        "accelerator_type": "TPU_V3",
        "accelerator_count": 8,
    }
    account = "trainer@acme.iam.gserviceaccount.com"
    assert arguments["job_spec"]["service_account"] == account
    assert arguments["job_spec"]["network"] == "projects/1/global/networks/private"
    assert arguments["labels"] == {"team": "news"}
    assert arguments["encryption_spec"]["kms_key_name"].endswith("cryptoKeys/c")
    beam = set(container(company, "Transform")["args"])
    assert beam >= {
        "--runner=DataflowRunner",
        "--region=us-central1",
        "--sdk_container_image=us-docker.pkg.dev/acme/ml/newscat:1",
        "--experiments=use_runner_v2",
        f"--service_account_email={account}",
        "--network=private",
        "--labels=team=news",
        "--temp_location=gs://acme-news/runs/news-category-vertex/dataflow",
    }


def test_a_model_goes_to_the_bucket_or_to_an_endpoint(
    document: dict[str, Any], company: dict[str, Any]
):
    destination = json.loads(constant(document, "Pusher", "push_destination"))
    folder = "gs://acme-news/runs/news-category-vertex/serving"
    assert destination["filesystem"]["base_directory"] == folder
    config = json.loads(constant(company, "Pusher", "custom_config"))
    assert config["ai_platform_serving_args"]["endpoint_name"] == "news-category-vertex"
    assert "google_cloud_ai_platform" in container(company, "Pusher")["args"][1]


def test_data_epochs_and_thresholds_are_parameters_of_the_submission(document: dict[str, Any]):
    inputs = document["pipelineSpec"]["root"]["inputDefinitions"]["parameters"]
    assert set(inputs) == {"data_folder", "trainer_config", "eval_config", "validation_policy"}
    values = document["runtimeConfig"]["parameters"]
    assert values["data_folder"]["stringValue"] == "gs://acme-news/data"
    assert parameter(document, "trainer_config")["recipe"]["epochs"] == 6
    thresholds = parameter(document, "eval_config")["metrics_specs"][0]["per_slice_thresholds"]
    (top_1,) = thresholds["top_1"]["thresholds"]
    assert top_1["threshold"]["value_threshold"]["lower_bound"] == 0.75


def test_the_cache_follows_the_code_there_as_well(document: dict[str, Any]):
    ours = ("JsonExampleGen", "DataValidator", "DataGate", "ServingCheck", "Report")
    tasks = (*ours, "Transform", "Trainer", "Evaluator")
    prints = {task: constant(document, task, "code_fingerprint") for task in tasks}
    assert all(len(value) == 64 for value in prints.values())
    assert len(set(prints.values())) == len(tasks)
    assert len(constant(document, "ReviewedSchema", "code_fingerprint")) == 64


def test_nothing_is_trained_nor_pushed_before_the_data_has_passed(document: dict[str, Any]):
    tasks = document["pipelineSpec"]["root"]["dag"]["tasks"]
    for task in ("Trainer", "Pusher"):
        assert "DataGate" in tasks[task]["dependentTasks"]
    given = tasks["Trainer"]["inputs"]["artifacts"].values()
    producers = {artifact["taskOutputArtifact"]["producerTask"] for artifact in given}
    assert not producers & {"DataGate", "DataValidator"}, "or a new baseline would train anew"
    assert parameter(document, "validation_policy")["drift"] == "stop"
    schema = constant(document, "ReviewedSchema", "schema_text")
    assert 'value: "POLITICS"' in schema and "min_examples_count: 20" in schema


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("vertex.project=my-project", "my-project is a placeholder"),
        ("vertex.bucket=null", "vertex.bucket is not set"),
        ("vertex.bucket=gs://", "vertex.bucket: gs:// is not on gs://"),
        ("vertex.image=null", "vertex.image is not set"),
        ("data.files=rows.json", "data.files: rows.json is not on gs://"),
        ("checkpoint.source=FacebookAI/roberta-base", "newscat checkpoint copy"),
        ("vertex.accelerator=gpu", "strategy: tpu does not go with vertex.accelerator = gpu"),
        ("trainer.strategy=mirrored", "mirrored does not go with vertex.accelerator = tpu-v5e-4"),
        ("serving_check.infra_validator=true", "no InfraValidator on Vertex AI"),
        ("vertex.deploy=endpoint", r"vertex\.serving_image is not set.*README\.md"),
    ],
)
def test_what_cannot_run_there_is_refused_before_anything_is_compiled(
    override: str, message: str, tmp_path: Path
):
    with pytest.raises(SettingsError, match=message):
        compile_("vertex", tmp_path / "pipeline.json", set_=given_but(override))
    assert not list(tmp_path.iterdir())


def test_a_profile_without_the_section_is_refused():
    from pipeline.profiles import load_settings

    with pytest.raises(SettingsError, match="no section vertex"):
        check_vertex(load_settings("kaggle"))
