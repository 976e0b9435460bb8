"""Every architecture that is called supported trains in a graph and does not see its padding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from transformers import CONFIG_MAPPING, RobertaConfig, TFAutoModelForSequenceClassification

from components.checkpoint.architectures import SUPPORTED, check_padding, longest_text
from components.classifier.model import compute_logits
from components.errors import CheckpointError

SIZES = {
    "vocab_size": 50,
    "hidden_size": 16,
    "embedding_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 14,
    "pad_token_id": 1,
    "num_labels": 3,
    "initializer_range": 0.5,
}
LONG = [5, 6, 7, 8, 9, 10, 11, 12, 13, 2]
SHORT = [5, 20, 21, 2]


def make_model(kind: str) -> Any:
    config = CONFIG_MAPPING[kind]()
    for name, value in SIZES.items():
        if hasattr(config, name):
            setattr(config, name, value)
    if kind == "distilbert":
        config.dim, config.hidden_dim = SIZES["hidden_size"], SIZES["intermediate_size"]
    model = TFAutoModelForSequenceClassification.from_config(config)
    model.build_in_name_scope()
    return model


@pytest.mark.parametrize("kind", SUPPORTED)
def test_a_supported_architecture(kind: str):
    model = make_model(kind)
    padding = [1] * (len(LONG) - len(SHORT))
    rows = tf.constant([LONG, [*SHORT, *padding]])

    # As the training step and the served model are traced: without AutoGraph, for any length.
    @tf.function(autograph=False, input_signature=[tf.TensorSpec([None, None], tf.int32)])
    def logits_and_gradients(token_ids: tf.Tensor) -> tuple[tf.Tensor, list[Any]]:
        with tf.GradientTape() as tape:
            logits = compute_logits(model, token_ids)
        gradients = tape.gradient(logits, model.trainable_variables)
        return logits, [tf.convert_to_tensor(g) for g in gradients if g is not None]

    logits, gradients = logits_and_gradients(rows)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
    assert any(np.abs(gradient).max() > 0 for gradient in gradients)
    alone, _ = logits_and_gradients(tf.constant([SHORT]))
    np.testing.assert_allclose(logits[1], alone[0], atol=1e-4)


@pytest.mark.parametrize("kind", SUPPORTED)
def test_it_reads_as_many_tokens_as_it_has_positions_for(kind: str):
    model = make_model(kind)
    longest = longest_text(model.config)
    compute_logits(model, tf.fill([1, longest], 5))
    with pytest.raises(Exception, match=r"(?i)indices|position|shape"):
        compute_logits(model, tf.fill([1, longest + 1], 5))


def test_padding_that_roberta_s_code_does_not_follow():
    check_padding(RobertaConfig(), 1, "config.json")
    with pytest.raises(CheckpointError, match="numbers tokens as if it were 1"):
        check_padding(RobertaConfig(pad_token_id=0), 0, "config.json")
