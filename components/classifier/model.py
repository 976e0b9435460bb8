"""A checkpoint to a TensorFlow classifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import tensorflow as tf
from transformers import TFAutoModelForSequenceClassification, TFPreTrainedModel

from components.checkpoint.accounting import POOLER, check_loaded, part_of
from components.checkpoint.architectures import is_classifier
from components.checkpoint.config import read_config
from components.errors import CheckpointError
from components.printable import reason


def load_classifier(
    folder: str, class_names: Sequence[str], seed: int, policy: str = "float32"
) -> TFPreTrainedModel:
    """Loads the encoder's weights and adds a head of one unit a class.

    The head is new, unless the checkpoint is a classifier with the same classes in the same order.
    Call it within the scope of the distribution strategy.

    Args:
        folder: local checkpoint folder with safetensors or TensorFlow weights.
        class_names: in the order of the class ids.
        seed: of the head's weights.
        policy: Keras policy, 'float32' or 'mixed_bfloat16', that the layers compute with.

    Raises:
        CheckpointError: see `read_config` and `check_loaded`, or `transformers` cannot load it.
    """
    # Dropout from generators that are part of the model's state, so that a run that goes on from
    # a checkpoint drops what an uninterrupted one would have dropped.
    tf.keras.backend.experimental.enable_tf_random_generator()
    tf.keras.utils.set_random_seed(seed)
    names = dict(enumerate(class_names))
    config = read_config(folder)
    keeps_head = is_classifier(config) and config.id2label == names
    config.id2label = names
    config.label2id = {name: index for index, name in names.items()}
    try:
        with keras_policy(policy):
            model, loaded = TFAutoModelForSequenceClassification.from_pretrained(
                folder, config=config, ignore_mismatched_sizes=True, output_loading_info=True
            )
            check_loaded(model, loaded, f"checkpoint.source: {folder}")
            if not keeps_head:
                _renew_head(model, seed, loaded["missing_keys"])
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"checkpoint.source: {folder} cannot be loaded: {reason(error)}"
        ) from error
    dropout_generators(model)  # made here, within the strategy's scope
    return model


def copy_to_host(model: TFPreTrainedModel) -> TFPreTrainedModel:
    """The same classifier in float32 on this machine's CPU, wherever and however it was trained.

    What is exported runs on CPUs, where bfloat16 is emulated, and must not refer to a TPU.
    """
    with tf.device("/job:localhost/device:CPU:0"), keras_policy("float32"):
        copy = type(model)(model.config)
        copy.build_in_name_scope()
    copy.set_weights([variable.numpy() for variable in model.variables])
    return copy


@contextmanager
def keras_policy(name: str) -> Iterator[None]:
    """Layers made within compute as the policy says."""
    before = tf.keras.mixed_precision.global_policy()
    tf.keras.mixed_precision.set_global_policy(name)
    try:
        yield
    finally:
        tf.keras.mixed_precision.set_global_policy(before)


def _renew_head(model: TFPreTrainedModel, seed: int, missing: Sequence[str]) -> None:
    """Gives all layers above the encoder new weights, unless all of them are `missing` and new."""
    head = [v for v in model.variables if f"/{model.base_model_prefix}/" not in v.name]
    parts = [part_of(name, model.base_model_prefix) for name in missing]
    if len(parts) - parts.count(POOLER) >= len(head):
        return
    tf.keras.utils.set_random_seed(seed)
    untrained = type(model)(model.config)
    untrained.build_in_name_scope()
    for new, variable in zip(untrained.variables, model.variables, strict=True):
        if f"/{model.base_model_prefix}/" not in variable.name:
            variable.assign(new)


def dropout_generators(model: TFPreTrainedModel) -> list[tf.random.Generator]:
    """The generators that the model's dropout draws from, in the order of its layers.

    Keras leaves them out of a model's checkpoints; with them a run can be gone on with exactly.
    """
    generators = []
    for layer in model.submodules:
        if isinstance(layer, tf.keras.layers.Dropout):
            layer._random_generator._maybe_init()
            generators.append(layer._random_generator._generator)
    return generators


def compute_logits(
    model: TFPreTrainedModel, token_ids: tf.Tensor, training: bool = False
) -> tf.Tensor:
    """Class scores before softmax.

    Args:
        model: the classifier.
        token_ids: int32 [batch, length], padded with the model's padding id. The mask follows
            from it, as RoBERTa's positions do.
        training: whether dropout is on.

    Returns:
        float32 [batch, classes].
    """
    mask = tf.cast(tf.not_equal(token_ids, model.config.pad_token_id), tf.int32)
    return model(token_ids, attention_mask=mask, training=training).logits
