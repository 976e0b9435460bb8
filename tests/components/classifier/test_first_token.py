"""The shortened forward pass gives Hugging Face's logits and gradients."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from transformers import (
    BertConfig,
    RobertaConfig,
    TFBertForSequenceClassification,
    TFRobertaForSequenceClassification,
)

from components.classifier.first_token import compute_first_token_logits, pick_forward
from components.classifier.model import compute_logits

SIZES = {
    "vocab_size": 20,
    "hidden_size": 16,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "num_labels": 4,
    "max_position_embeddings": 12,
}
TOKENS = tf.constant([[0, 5, 6, 7, 2], [0, 9, 2, 1, 1], [0, 2, 1, 1, 1]])


@pytest.mark.parametrize("layers", [1, 3])
def test_logits_and_gradients_are_those_of_the_whole_model(layers: int):
    model = TFRobertaForSequenceClassification(RobertaConfig(num_hidden_layers=layers, **SIZES))
    model.build_in_name_scope()
    results = []
    for forward in (compute_first_token_logits, compute_logits):
        with tf.GradientTape() as tape:
            logits = forward(model, TOKENS)
            loss = tf.reduce_sum(tf.square(logits) + logits)
        gradients = map(tf.convert_to_tensor, tape.gradient(loss, model.trainable_variables))
        results.append([logits, *gradients])
    assert len(results[0]) == len(model.trainable_variables) + 1
    for short, whole in zip(*results, strict=True):
        np.testing.assert_allclose(short, whole, atol=1e-6)


def test_dropout_is_on_only_in_training():
    model = TFRobertaForSequenceClassification(RobertaConfig(num_hidden_layers=2, **SIZES))
    still = [compute_first_token_logits(model, TOKENS).numpy() for _ in range(2)]
    moving = [compute_first_token_logits(model, TOKENS, training=True).numpy() for _ in range(2)]
    np.testing.assert_array_equal(*still)
    assert not np.array_equal(*moving)


def test_other_models_compute_everything():
    sizes = {**SIZES, "num_hidden_layers": 1}
    model = TFBertForSequenceClassification(BertConfig(**sizes))
    decoder = TFRobertaForSequenceClassification(RobertaConfig(is_decoder=True, **sizes))
    usual = TFRobertaForSequenceClassification(RobertaConfig(**sizes))
    assert pick_forward(model) is pick_forward(decoder) is compute_logits
    assert pick_forward(usual) is compute_first_token_logits
