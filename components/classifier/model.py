"""A checkpoint to a TensorFlow classifier."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf
from transformers import AutoConfig, TFAutoModelForSequenceClassification, TFPreTrainedModel

from components.errors import CheckpointError


def load_classifier(folder: str, class_names: Sequence[str], seed: int) -> TFPreTrainedModel:
    """Loads the encoder's weights and adds a new head of one unit a class.

    Call it within the scope of the distribution strategy.

    Args:
        folder: local checkpoint folder with safetensors or TensorFlow weights.
        class_names: in the order of the class ids.
        seed: of the head's weights.

    Raises:
        CheckpointError: `transformers` has no TensorFlow classifier for it, or cannot load it.
    """
    # Dropout from generators that are part of the model's state, so that a run that goes on from
    # a checkpoint drops what an uninterrupted one would have dropped.
    tf.keras.backend.experimental.enable_tf_random_generator()
    tf.keras.utils.set_random_seed(seed)
    names = dict(enumerate(class_names))
    try:
        config = AutoConfig.from_pretrained(
            folder,
            num_labels=len(class_names),
            id2label=names,
            label2id={name: index for index, name in names.items()},
        )
        model = TFAutoModelForSequenceClassification.from_pretrained(folder, config=config)
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(f"checkpoint.source: {folder} cannot be loaded: {error}") from error
    dropout_generators(model)  # made here, within the strategy's scope
    return model


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
