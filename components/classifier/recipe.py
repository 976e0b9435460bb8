"""The training recipe: every number a fine-tuning run depends on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from components.section import Section

PRESETS: dict[str, dict[str, Any]] = {
    # The tutorial that this pipeline grew out of: clipped gradients, no schedule, no decay.
    "tutorial": {"optimizer": "adam", "learning_rate": 1e-5, "epochs": 6},
    # What the field does by default since: Devlin et al. 2019 and Liu et al. 2019, appendices A.3
    # and C; early stopping because the tutorial's validation loss rises from its fourth epoch.
    "modern": {
        "optimizer": "adamw",
        "learning_rate": 2e-5,
        "epochs": 4,
        "weight_decay": 0.01,
        "warmup_fraction": 0.06,
        "decay": "linear",
        "early_stopping_patience": 1,
    },
}


class Recipe(Section):
    """Settings section `trainer`.

    `recipe` names a preset, which stands in for every field that is not set.
    """

    recipe: Literal["tutorial", "modern"] = Field("tutorial", description="preset to start from")
    epochs: int = Field(6, ge=1, le=10_000, description="passes over the training split")
    batch_size: int = Field(32, ge=1, le=4_194_304, description="rows an update, over all replicas")
    accumulation_steps: int = Field(
        1, ge=1, description="parts an update's batch is computed in, to save memory"
    )
    learning_rate: float = Field(1e-5, gt=0, le=1, description="peak learning rate")
    optimizer: Literal["adam", "adamw"] = Field("adam", description="update rule")
    weight_decay: float = Field(
        0.01, ge=0, description="decoupled decay of adamw; none for biases and LayerNorm"
    )
    warmup_fraction: float = Field(
        0.0, ge=0, lt=1, description="share of the steps over which the rate rises from 0"
    )
    decay: Literal["constant", "linear"] = Field(
        "constant", description="what the rate does after warm-up: stays, or falls to 0"
    )
    clipnorm: float = Field(1.0, gt=0, description="largest norm of one variable's gradient")
    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="probability given to all classes alike in the target"
    )
    class_weights: Literal["none", "balanced"] = Field(
        "none", description="balanced: rows weigh inversely to the size of their class"
    )
    early_stopping_patience: int = Field(
        0, ge=0, description="epochs without a lower eval loss before training ends; 0 never"
    )
    seed: int = Field(
        20, ge=0, lt=1 << 32, description="of the head's weights, dropout and the row order"
    )
    length_buckets: int = Field(
        8,
        ge=1,
        le=32,
        description="number of padded lengths; more pad less, and trace longer on TPU",
    )
    bucket_lengths: list[Annotated[int, Field(ge=1)]] | None = Field(
        None, min_length=1, description="the padded lengths; chosen from the data if not set"
    )
    strategy: Literal["auto", "default", "mirrored", "tpu"] = Field(
        "auto", description="distribution strategy; auto takes the TPU, then the GPUs it finds"
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="of the computation; auto takes bfloat16 on TPUs and GPUs that have it"
    )
    xla: Literal["auto", "on", "off"] = Field(
        "auto", description="compile the step with XLA; auto does so on GPUs, a TPU always does"
    )
    warm_start: bool = Field(
        False, description="start from the last blessed model's weights, where there is one"
    )
    checkpoint_minutes: float = Field(
        10.0, gt=0, description="time between checkpoints from which a killed run goes on"
    )

    @model_validator(mode="before")
    @classmethod
    def _start_from_preset(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        preset = values.get("recipe", "tutorial")
        return {**PRESETS.get(preset, {}), **values} if isinstance(preset, str) else values
