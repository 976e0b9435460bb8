"""Draws the starter checkpoint's random weights, under the names that PyTorch gives RoBERTa's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

PAD_ID = 1

# RoBERTa-base draws everything at 0.02. With 128 instead of 768 hidden units the same signal needs
# sqrt(768 / 128) times as much in the kernels, or attention is lost beside the residual stream: the
# demo then learns half as fast. Embeddings are normalised right away, so their deviation only says
# how far an optimizer's step moves them: the usual one keeps them quick.
KERNEL_DEVIATION = 0.05
EMBEDDING_DEVIATION = 0.02


@dataclass(frozen=True)
class RobertaShape:
    """The sizes of a RoBERTa encoder; the defaults learn the demo's sample on two CPU cores."""

    vocabulary: int
    hidden: int = 128
    layers: int = 2
    heads: int = 4
    intermediate: int = 512
    max_length: int = 128

    @property
    def positions(self) -> int:
        """RoBERTa counts positions from the padding id onwards, so it needs two more rows."""
        return self.max_length + PAD_ID + 1


def random_weights(shape: RobertaShape, seed: int) -> dict[str, np.ndarray]:
    """Returns fresh encoder weights: normal matrices, zero biases, LayerNorms that do nothing."""
    rng = np.random.default_rng(seed)
    weights: dict[str, np.ndarray] = {}
    for name, size in _tensors(shape):
        if name.endswith("bias"):
            weights[name] = np.zeros(size, np.float32)
        elif name.endswith("LayerNorm.weight"):
            weights[name] = np.ones(size, np.float32)
        else:
            deviation = EMBEDDING_DEVIATION if "embeddings" in name else KERNEL_DEVIATION
            weights[name] = rng.normal(0.0, deviation, size).astype(np.float32)
    # PyTorch keeps the padding rows at zero.
    for table in ("word", "position"):
        weights[f"roberta.embeddings.{table}_embeddings.weight"][PAD_ID] = 0.0
    return weights


def _tensors(shape: RobertaShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yields each tensor's name and shape; a PyTorch dense kernel is [outputs, inputs]."""
    hidden, wide = shape.hidden, shape.intermediate
    embeddings = {"word": shape.vocabulary, "position": shape.positions, "token_type": 1}
    for table, rows in embeddings.items():
        yield f"roberta.embeddings.{table}_embeddings.weight", (rows, hidden)
    yield from _layer_norm("roberta.embeddings", hidden)
    for layer in range(shape.layers):
        prefix = f"roberta.encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            yield from _dense(f"{prefix}.attention.{part}", hidden, hidden)
        yield from _layer_norm(f"{prefix}.attention.output", hidden)
        yield from _dense(f"{prefix}.intermediate.dense", hidden, wide)
        yield from _dense(f"{prefix}.output.dense", wide, hidden)
        yield from _layer_norm(f"{prefix}.output", hidden)


def _dense(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _layer_norm(name: str, hidden: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.LayerNorm.weight", (hidden,)
    yield f"{name}.LayerNorm.bias", (hidden,)
