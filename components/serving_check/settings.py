"""The settings of the serving check."""

from __future__ import annotations

from pydantic import Field

from components.section import Section


class ServingCheckSettings(Section):
    """Settings section `serving_check`: what an export has to stand before it is pushed."""

    golden_rows: int = Field(
        64,
        ge=1,
        le=2_000,
        description="judged rows whose answers are compared with the checkpoint's",
    )
    tolerance: float = Field(
        1e-3, gt=0, lt=1, description="largest difference of a probability from the checkpoint's"
    )
    max_latency_ms: float | None = Field(
        None, gt=0, description="bound on p99 of single requests; only reported where not set"
    )
    timeout_seconds: int = Field(
        600, ge=1, description="for loading the export and answering all requests"
    )
    infra_validator: bool = Field(
        False, description="TFX's InfraValidator with TF Serving, which needs Docker, instead"
    )
