"""RoBERTa's forward pass for training, without the parts of the last layer that nothing reads.

The classification head reads the first token alone. Of the last layer the other tokens therefore
need keys and values, but no query, no output projection and no wide layer: a twelfth of all
arithmetic less for a model of 12 layers and a sixth for one of 6, with the same result and the
same gradients. The layers are Hugging Face's own, with their weights and their dropout.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf
from transformers import TFPreTrainedModel, TFRobertaForSequenceClassification

from components.classifier.model import compute_logits

_MASKED = -10_000.0  # as Hugging Face's code has it

Forward = Callable[[TFPreTrainedModel, tf.Tensor, bool], tf.Tensor]


def pick_forward(model: TFPreTrainedModel) -> Forward:
    """`compute_first_token_logits` where it reproduces the model, else `compute_logits`."""
    is_usual_roberta = (
        type(model) is TFRobertaForSequenceClassification and not model.config.is_decoder
    )
    return compute_first_token_logits if is_usual_roberta else compute_logits


def compute_first_token_logits(
    model: TFRobertaForSequenceClassification, token_ids: tf.Tensor, training: bool = False
) -> tf.Tensor:
    """Class scores before softmax, as `compute_logits` gives them.

    Args:
        model: the classifier.
        token_ids: int32 [batch, length], padded with the model's padding id.
        training: whether dropout is on.

    Returns:
        float32 [batch, classes], or what the model's policy computes in.
    """
    is_token = tf.not_equal(token_ids, model.config.pad_token_id)
    tokens = model.roberta.embeddings(input_ids=token_ids, training=training)
    mask = tf.where(is_token, tf.cast(0.0, tokens.dtype), tf.cast(_MASKED, tokens.dtype))
    context = {"past_key_value": None, "output_attentions": False, "training": training}
    mask = mask[:, tf.newaxis, tf.newaxis, :]
    *layers, last = model.roberta.encoder.layer
    for layer in layers:
        (tokens,) = layer(
            hidden_states=tokens,
            attention_mask=mask,
            head_mask=None,
            encoder_hidden_states=None,
            encoder_attention_mask=None,
            **context,
        )
    # The first token asks, as a decoder would; all tokens answer.
    (attended,) = last.attention(
        input_tensor=tokens[:, :1],
        attention_mask=None,
        head_mask=None,
        encoder_hidden_states=tokens,
        encoder_attention_mask=mask,
        **context,
    )
    wide = last.intermediate(hidden_states=attended)
    first = last.bert_output(hidden_states=wide, input_tensor=attended, training=training)
    return model.classifier(first, training=training)
