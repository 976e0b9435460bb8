"""The Trainer's step as HLO: static shapes, one all-reduce a gradient, in the asked precision."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.compiler.xla.service import hlo_pb2
from transformers import RobertaConfig

from components.classifier.recipe import Recipe
from components.classifier.training import Trainer
from pipeline.plan.lower_step import LoweredTraining, UnsupportedOperationError
from pipeline.plan.row_lengths import rows_of_lengths

REPLICAS = 4
RECIPE = Recipe(recipe="modern", epochs=1, batch_size=10, bucket_lengths=[8, 12])
LENGTHS = np.array([8, 7, 12] * 8)


def make_training(recipe: Recipe) -> LoweredTraining:
    config = RobertaConfig(
        vocab_size=20,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=16,
    )
    rows = rows_of_lengths(LENGTHS)
    return LoweredTraining(config, recipe, REPLICAS, rows, rows)


def instructions(hlo: bytes) -> list[hlo_pb2.HloInstructionProto]:
    module = hlo_pb2.HloModuleProto.FromString(hlo)
    return [i for computation in module.computations for i in computation.instructions]


@pytest.fixture(scope="module")
def training() -> LoweredTraining:
    return make_training(RECIPE)


@pytest.fixture(scope="module")
def step(training: LoweredTraining) -> list[hlo_pb2.HloInstructionProto]:
    return instructions(training.lower(8))


def test_the_plan_is_the_trainer_s(training: LoweredTraining):
    assert training.rows_a_replica == 3  # 10 rows on 4 cores
    # 16 rows up to 8 tokens, 12 to a batch; the other 4 move to the longer batch.
    assert training.steps_an_epoch == {8: 1, 12: 1}


def test_each_gradient_and_the_row_count_are_added_up_over_all_cores(
    training: LoweredTraining, step: list[hlo_pb2.HloInstructionProto]
):
    reduces = [i for i in step if i.opcode == "all-reduce"]
    variables = training._trainer._model.trainable_variables
    assert len(reduces) == 1 + len(variables)
    groups = {tuple(group.replica_ids) for i in reduces for group in i.replica_groups}
    assert groups == {(0, 1, 2, 3)}
    # The embeddings' sparse gradients as well, as on a TPU: dense, in the table's shape.
    assert [20, 16] in [list(i.shape.dimensions) for i in reduces]


def test_shapes_are_static(step: list[hlo_pb2.HloInstructionProto]):
    assert not any(any(i.shape.is_dynamic_dimension) for i in step)
    assert not {"set-dimension-size", "while", "custom-call"} & {i.opcode for i in step}


def test_matrices_are_multiplied_in_the_default_precision(
    step: list[hlo_pb2.HloInstructionProto],
):
    """What the peak of `pipeline.plan.chips` supposes."""
    dots = [i for i in step if i.opcode == "dot"]
    assert len(dots) > 30
    assert all(not any(i.precision_config.operand_precision) for i in dots)


def test_a_longer_row_takes_the_same_program_with_other_shapes(
    training: LoweredTraining, step: list[hlo_pb2.HloInstructionProto]
):
    longer = instructions(training.lower(12))
    for opcode in ("dot", "all-reduce", "parameter"):
        assert Counter(i.opcode for i in longer)[opcode] == Counter(i.opcode for i in step)[opcode]
    shapes = {tuple(i.shape.dimensions) for i in longer if i.opcode == "parameter"}
    assert (3, 12) in shapes and (3, 8) not in shapes


@pytest.mark.parametrize(("precision", "is_mixed"), [("float32", False), ("auto", True)])
def test_precision_is_the_recipe_s_and_bfloat16_by_default(precision: str, is_mixed: bool):
    training = make_training(RECIPE.model_copy(update={"precision": precision}))
    dots = [i for i in instructions(training.lower(8)) if i.opcode == "dot"]
    bfloat16 = [i for i in dots if i.shape.element_type == 16]  # PrimitiveType BF16
    assert bool(bfloat16) == is_mixed


def test_an_operation_without_a_kernel_is_named(monkeypatch: pytest.MonkeyPatch):
    def count_uniques(self: Trainer, ids: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor):
        return tf.strings.length(tf.strings.as_string(weights))

    monkeypatch.setattr(Trainer, "train_on_replica", count_uniques)
    with pytest.raises(UnsupportedOperationError, match="^AsString"):
        make_training(RECIPE).lower(8)
