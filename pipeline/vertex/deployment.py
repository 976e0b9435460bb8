"""What Vertex AI Pipelines adds to the DAG: worker pools, Dataflow, endpoints, parameters."""

from __future__ import annotations

from typing import Any

from tfx.components import Pusher, Trainer
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.extensions.google_cloud_ai_platform import constants
from tfx.extensions.google_cloud_ai_platform.pusher.component import Pusher as EndpointPusher
from tfx.extensions.google_cloud_ai_platform.trainer.component import Trainer as VertexTrainer
from tfx.extensions.google_cloud_ai_platform.trainer.executor import TRAINING_ARGS_KEY
from tfx.orchestration.data_types import RuntimeParameter
from tfx.utils import json_utils

from pipeline.dag.deployment import push_destination
from pipeline.dag.parameters import TRAINER_CONFIG
from pipeline.layout import OutputLayout
from pipeline.settings import Settings
from pipeline.vertex.checks import check_vertex
from pipeline.vertex.worker_pools import worker_pool


class VertexDeployment:
    """Everything below `vertex.bucket`; see `pipeline.dag.deployment.Deployment`.

    Args:
        settings: of the run.

    Attributes:
        parameters: default values of the runtime parameters, by name.

    Raises:
        SettingsError: see `check_vertex`.
    """

    def __init__(self, settings: Settings):
        self._vertex = check_vertex(settings)
        self._name = settings.name
        self.layout = OutputLayout(f"{str(self._vertex.bucket).rstrip('/')}/{settings.name}")
        self.metadata = None  # Vertex ML Metadata
        self.beam_args = [*self._runner_args(), *settings.beam_args]
        self.parameters: dict[str, str] = {}

    def parameter(self, name: str, value: str) -> RuntimeParameter:
        """A runtime parameter with this default, which the compiled job carries as its value."""
        self.parameters[name] = value
        return RuntimeParameter(name=name, ptype=str, default=value)

    def trainer(self, custom_config: dict[str, Any], **arguments: Any) -> Trainer:
        """A Trainer that starts a custom job with the accelerator, and waits for it."""
        config = {
            **custom_config,
            constants.ENABLE_VERTEX_KEY: True,
            constants.VERTEX_REGION_KEY: self._vertex.region,
            TRAINING_ARGS_KEY: self._custom_job(),
        }
        return VertexTrainer(
            custom_config=self.parameter(TRAINER_CONFIG, json_utils.dumps(config)), **arguments
        )

    def pusher(self, **arguments: Any) -> Pusher:
        """A Pusher to the bucket, or to an endpoint, which it makes where there is none."""
        if self._vertex.deploy == "bucket":
            return Pusher(push_destination=push_destination(self.layout.serving), **arguments)
        serving = {
            "project_id": self._vertex.project,
            "endpoint_name": self._vertex.endpoint or self._name,
            "machine_type": self._vertex.endpoint_machine_type,
        }
        if self._vertex.service_account:
            serving["service_account"] = self._vertex.service_account
        return EndpointPusher(
            custom_config={
                constants.ENABLE_VERTEX_KEY: True,
                constants.VERTEX_REGION_KEY: self._vertex.region,
                constants.VERTEX_CONTAINER_IMAGE_URI_KEY: self._vertex.serving_image,
                constants.SERVING_ARGS_KEY: serving,
            },
            **arguments,
        )

    def key_cache_by_code(self, component: BaseComponent, fingerprint: str) -> None:
        """Vertex's cache key has the parameters and the image's name, and no extra flags."""
        component.exec_properties["code_fingerprint"] = fingerprint

    def _custom_job(self) -> dict[str, Any]:
        """The CustomJob in its nested form; the flat one is deprecated."""
        vertex = self._vertex
        job_spec: dict[str, Any] = {
            "worker_pool_specs": [worker_pool(vertex.accelerator, str(vertex.image))],
            # A machine that is lost costs what came after the last checkpoint; see `resume`.
            "scheduling": {"restart_job_on_worker_restart": True},
        }
        if vertex.service_account:
            job_spec["service_account"] = vertex.service_account
        if vertex.network:
            job_spec["network"] = vertex.network
        job = {
            "project": vertex.project,
            "display_name": f"{self._name}-trainer",
            "job_spec": job_spec,
        }
        if vertex.labels:
            job["labels"] = dict(vertex.labels)
        if vertex.encryption_key:
            job["encryption_spec"] = {"kms_key_name": vertex.encryption_key}
        return job

    def _runner_args(self) -> list[str]:
        """Beam options; the worker's image is the components' own."""
        vertex = self._vertex
        if vertex.runner == "direct":
            return ["--runner=DirectRunner"]
        options = {
            "runner": "DataflowRunner",
            "project": vertex.project,
            "region": vertex.region,
            "temp_location": f"{self.layout.output}/dataflow",
            "sdk_container_image": vertex.image,
            "experiments": "use_runner_v2",
            "worker_machine_type": vertex.worker_machine_type,
            "max_num_workers": vertex.max_workers,
            "service_account_email": vertex.service_account,
            "network": vertex.network and vertex.network.rpartition("/")[2],
            "subnetwork": vertex.subnetwork,
            "dataflow_kms_key": vertex.encryption_key,
        }
        arguments = [f"--{name}={value}" for name, value in options.items() if value is not None]
        return [*arguments, *(f"--labels={key}={value}" for key, value in vertex.labels.items())]
