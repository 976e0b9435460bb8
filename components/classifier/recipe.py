"""The training recipe: every number a fine-tuning run depends on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from components.section import Section


class Recipe(Section):
    """Settings section `trainer`.

    The defaults are the ones of the tutorial that this pipeline grew out of: Adam at 1e-5,
    gradients clipped to norm 1 variable by variable, no schedule, six epochs.
    """

    epochs: int = Field(6, ge=1, description="passes over the training split")
    batch_size: int = Field(32, ge=1, description="rows a step, over all replicas")
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
    seed: int = Field(20, ge=0, description="of the head's weights, dropout and the row order")
    length_buckets: int = Field(
        8,
        ge=1,
        le=32,
        description="number of padded lengths; more pad less, and trace longer on TPU",
    )
    strategy: Literal["auto", "default", "mirrored", "tpu"] = Field(
        "auto", description="distribution strategy; auto takes the TPU, then the GPUs it finds"
    )
