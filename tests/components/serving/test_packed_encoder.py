"""The packed encoder computes what the model computes, and refuses what it cannot reproduce."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from transformers import (
    BertConfig,
    RobertaConfig,
    TFBertForSequenceClassification,
    TFRobertaForSequenceClassification,
)

from components.classifier.model import compute_logits
from components.serving.packed_encoder import can_pack, pack_encoder

SHAPE = {
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "intermediate_size": 37,
    "max_position_embeddings": 40,
    "num_labels": 5,
    # Large weights, so that a slip cannot hide behind values near 0.
    "initializer_range": 0.5,
}


def make_model(**options: Any) -> TFRobertaForSequenceClassification:
    config = RobertaConfig(**{**SHAPE, "num_attention_heads": 3, **options})
    model = TFRobertaForSequenceClassification(config)
    model(tf.constant([[0, 2]]))
    # Keras starts biases at 0 and scales at 1, where a forgotten one would not be seen.
    generator = np.random.default_rng(1)
    model.set_weights([w + generator.normal(0, 0.1, w.shape) for w in model.get_weights()])
    return model


@pytest.mark.parametrize("heads", [1, 3, 4])
def test_logits_are_the_model_s_for_rows_of_all_lengths(heads: int):
    model = make_model(num_attention_heads=heads)
    packed = pack_encoder(model)
    lengths = [1, 38, 2, 17, 17, 5]
    ids = np.random.default_rng(2).integers(2, 50, sum(lengths)).astype(np.int32)
    rows = tf.RaggedTensor.from_row_lengths(ids, lengths)
    expected = compute_logits(model, rows.to_tensor(1)).numpy()
    np.testing.assert_allclose(packed(rows), expected, atol=1e-5 * np.abs(expected).max())


def test_a_copy_does_not_follow_the_model_s_weights():
    model = make_model()
    packed = pack_encoder(model)
    rows = tf.ragged.constant([[0, 7, 2]], dtype=tf.int32)
    before = packed(rows).numpy()
    model.set_weights([w * 0 for w in model.get_weights()])
    np.testing.assert_array_equal(packed(rows), before)


def test_a_wrong_copy_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tf.nn, "gelu", tf.nn.relu)
    with pytest.raises(RuntimeError, match="differs from the model"):
        pack_encoder(make_model())


def test_other_models_are_left_to_their_own_code():
    bert = TFBertForSequenceClassification(BertConfig(**{**SHAPE, "num_attention_heads": 3}))
    assert not can_pack(bert)
    assert not can_pack(make_model(hidden_act="relu"))
    assert can_pack(make_model())
