"""The reference asks any supported model, also one that takes fewer inputs than are tokenized."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from transformers import CONFIG_MAPPING, TFAutoModelForSequenceClassification

from components.classifier.model import compute_logits
from components.serving_check.reference import Reference
from tests.support.small_tokenizers import trained_word_piece

TEXTS = ["The quick brown fox", "of 1999", ""]


@pytest.mark.parametrize("kind", ["distilbert", "mpnet", "bert"])
def test_scores_are_the_model_s(kind: str, tmp_path: Path):
    tokenizer = trained_word_piece()
    config = CONFIG_MAPPING[kind](
        vocab_size=tokenizer.get_vocab_size(), num_labels=3, pad_token_id=0, initializer_range=0.5
    )
    config.num_hidden_layers, config.num_attention_heads, config.hidden_size = 1, 2, 16
    tf.keras.utils.set_random_seed(1)
    model = TFAutoModelForSequenceClassification.from_config(config)
    model.build_in_name_scope()
    model.save_pretrained(tmp_path)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    names = '{"tokenizer_class": "BertTokenizer", "pad_token": "[PAD]"}'
    (tmp_path / "tokenizer_config.json").write_text(names, "utf-8")
    reference = Reference(str(tmp_path), max_length=16)
    token_ids = tf.ragged.constant(reference.token_ids(TEXTS), tf.int32).to_tensor(0)
    expected = tf.nn.softmax(compute_logits(model, token_ids))
    np.testing.assert_allclose(reference.scores(TEXTS), expected, atol=1e-5)
