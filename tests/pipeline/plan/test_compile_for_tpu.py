"""The real TPU compiler on the step of a tiny model; it makes its environment if there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from transformers import RobertaConfig

from components.classifier.recipe import Recipe
from pipeline.plan.chips import parse_topology
from pipeline.plan.compiler import compile_for_tpu
from pipeline.plan.environment import compiler_python
from pipeline.plan.lower_step import LoweredTraining
from pipeline.plan.outcome import Outcome
from pipeline.plan.row_lengths import rows_of_lengths

pytestmark = pytest.mark.slow
HIDDEN, LENGTH = 64, 32


@pytest.fixture(scope="module")
def python() -> Iterator[Path]:
    with compiler_python() as path:
        yield path


def compile_tiny(python: Path, topology_name: str, rows_a_core: int) -> Outcome:
    topology = parse_topology(topology_name)
    config = RobertaConfig(
        vocab_size=100,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=LENGTH + 2,
    )
    recipe = Recipe(recipe="modern", epochs=1, batch_size=rows_a_core * topology.replicas)
    rows = rows_of_lengths(np.array([LENGTH]))
    training = LoweredTraining(config, recipe, topology.replicas, rows, rows)
    assert training.rows_a_replica == rows_a_core
    return compile_for_tpu(python, training.lower(LENGTH), topology)


@pytest.mark.parametrize("topology", ["v5e:2x2", "v3:2x2"])
def test_a_tiny_step_fits_and_its_flops_are_those_of_its_matrices(python: Path, topology: str):
    rows = 64
    outcome = compile_tiny(python, topology, rows)
    assert outcome.fits == "yes", outcome.reason
    # Kaplan et al. 2020: 6 operations a weight and token; of the last layer of 2 only keys and
    # values are computed for all tokens. Attention, normalisation and AdamW come on top.
    layer, keys_and_values = 12 * HIDDEN**2, 2 * HIDDEN**2
    matrices = 6 * (layer + keys_and_values) * rows * LENGTH
    assert outcome.flops is not None and outcome.peak is not None
    assert matrices < outcome.flops < 2 * matrices
    assert 0.001 < outcome.peak < 0.5


def test_a_batch_that_is_too_large_is_out_of_memory(python: Path):
    outcome = compile_tiny(python, "v5e:2x2", 2**19)
    assert outcome.fits == "no", outcome.reason
    assert outcome.peak is not None and outcome.peak > 16
