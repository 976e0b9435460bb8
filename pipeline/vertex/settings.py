"""Settings section `vertex`: where a submitted run executes, and on what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from components.section import Section


class VertexSettings(Section):
    """Settings section `vertex`."""

    project: str = Field(description="Google Cloud project id")
    region: str = Field("us-central1", description="region of the pipeline and its workers")
    bucket: str | None = Field(None, description="gs:// folder for artifacts and pushed models")
    image: str | None = Field(None, description="container image with this project installed")
    accelerator: Literal["tpu-v3-8", "tpu-v5e-4", "gpu", "cpu"] = Field(
        "tpu-v5e-4", description="what the Trainer runs on"
    )
    runner: Literal["direct", "dataflow"] = Field(
        "direct", description="where Beam runs: in the component's container, or on Dataflow"
    )
    worker_machine_type: str = Field("n2-standard-4", description="machine of a Dataflow worker")
    max_workers: int = Field(10, ge=1, description="Dataflow workers at most")
    deploy: Literal["bucket", "endpoint"] = Field(
        "bucket", description="where a blessed model goes: below the bucket, or to an endpoint"
    )
    endpoint: str | None = Field(None, description="display name; default: the pipeline's name")
    endpoint_machine_type: str = Field("n2-standard-4", description="machine behind the endpoint")
    serving_image: str = Field(
        "us-docker.pkg.dev/vertex-ai/prediction/tf2-cpu.2-15:latest",
        description="container that serves at the endpoint; it needs tensorflow-text's operations",
    )
    service_account: str | None = Field(None, description="e-mail of the account that runs it all")
    network: str | None = Field(
        None, description="projects/NUMBER/global/networks/NAME to peer with"
    )
    subnetwork: str | None = Field(None, description="of Dataflow workers: regions/R/subnetworks/N")
    labels: dict[str, str] = Field({}, description="on jobs and workers, for billing say")
    encryption_key: str | None = Field(
        None, description="projects/P/locations/R/keyRings/K/cryptoKeys/N; Google's where not set"
    )
