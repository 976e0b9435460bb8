"""The Trainer's own training step as XLA's HLO, for one replica of a described TPU."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import tensorflow as tf
from transformers import PretrainedConfig, TFAutoModelForSequenceClassification, TFPreTrainedModel

from components.classifier.batches import TokenisedRows
from components.classifier.model import dropout_generators, keras_policy
from components.classifier.recipe import Recipe
from components.classifier.training import Trainer
from components.errors import CheckpointError
from pipeline.plan.described_tpu import DescribedTpu

_UNSUPPORTED = re.compile(r"(\w+) \(No registered '\w+' OpKernel")


class UnsupportedOperationError(Exception):
    """XLA cannot compile an operation of the step, so no TPU can run it; the text names it."""


class LoweredTraining:
    """A training run on a described TPU: its plan, and its step as HLO.

    Args:
        config: shape of the model, whose weights are random.
        recipe: as the run has it.
        replicas: cores of the TPU.
        train_rows: of the lengths to train on; ids and labels do not matter.
        eval_rows: as well.

    Raises:
        CheckpointError: `transformers` has no TensorFlow classifier of this shape.
    """

    def __init__(
        self,
        config: PretrainedConfig,
        recipe: Recipe,
        replicas: int,
        train_rows: TokenisedRows,
        eval_rows: TokenisedRows,
    ):
        # A TPU's step is compiled as a whole, whatever this machine's own step is.
        recipe = recipe.model_copy(update={"xla": "off"})
        strategy = DescribedTpu(replicas)
        model = _build_model(config, tpu_policy(recipe))
        self.parameters = model.count_params()
        self._trainer = Trainer(model, strategy, recipe, train_rows, eval_rows)
        self.rows_a_replica = self._trainer.batch_size // replicas
        batch = self.rows_a_replica

        # One trace for all lengths: it takes as long as the lowering.
        @tf.function(
            autograph=False,
            jit_compile=True,
            input_signature=[
                tf.TensorSpec([batch, None], tf.int32),
                tf.TensorSpec([batch], tf.int32),
                tf.TensorSpec([batch], tf.float32),
            ],
        )
        def step(token_ids: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
            return strategy.run(self._trainer.train_on_replica, args=(token_ids, labels, weights))

        self._step = step

    @property
    def steps_an_epoch(self) -> Mapping[int, int]:
        """Number of batches of each bucket length in the first epoch, shortest first."""
        counts = Counter(batch.length for batch in self._trainer.plan_epoch(0))
        return {length: counts[length] for length in self._trainer.bucket_lengths}

    def lower(self, length: int) -> bytes:
        """The step for rows padded to `length` tokens, as a serialised HloModuleProto.

        Raises:
            UnsupportedOperationError: an operation has no XLA kernel.
        """
        batch = self.rows_a_replica
        inputs = (
            tf.zeros([batch, length], tf.int32),
            tf.zeros([batch], tf.int32),
            tf.ones([batch], tf.float32),
        )
        try:
            # HLO is the same for all platforms; the CPU's is the one that is always there.
            lowered = self._step.experimental_get_compiler_ir(*inputs)
            return lowered(stage="hlo_serialized", platform_name="CPU")
        except (ValueError, tf.errors.OpError) as error:
            names = sorted(set(_UNSUPPORTED.findall(str(error))))
            if not names:
                raise
            raise UnsupportedOperationError(", ".join(names)) from error


def tpu_policy(recipe: Recipe) -> str:
    """The Keras policy that `pick_precision` would choose on a TPU."""
    return "float32" if recipe.precision == "float32" else "mixed_bfloat16"


def _build_model(config: PretrainedConfig, policy: str) -> TFPreTrainedModel:
    """The classifier as `load_classifier` makes it, but with random weights."""
    tf.keras.backend.experimental.enable_tf_random_generator()
    try:
        with keras_policy(policy):
            model = TFAutoModelForSequenceClassification.from_config(config)
            model.build_in_name_scope()
    except (ValueError, KeyError) as error:
        raise CheckpointError(
            f"checkpoint.source: transformers has no TensorFlow classifier for it: {error}"
        ) from error
    dropout_generators(model)
    return model
