"""RoBERTa's forward pass for serving: real tokens only, in few and large operations.

Hugging Face's TensorFlow code is made for training: it computes on padding, projects queries, keys
and values one by one, and takes about 1,300 operations for six layers. Here the tokens of all rows
lie one after the other for everything but attention, as in "effective transformers" and
FlashAttention's variable-length interface. The result is the same to rounding; `pack_encoder`
checks that on the model at hand before it is exported.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from transformers import TFPreTrainedModel, TFRobertaForSequenceClassification

from components.classifier.model import compute_logits

_TOLERANCE = 1e-4
_MASKED = -1e9


class PackedRoberta(tf.Module):
    """A RoBERTa classifier with its weights copied to this host, for inference in fp32.

    Args:
        model: the trained classifier, wherever its variables are.
    """

    def __init__(self, model: TFRobertaForSequenceClassification):
        super().__init__()
        config = model.config
        self._heads = config.num_attention_heads
        # RoBERTa counts positions from the one after the padding id.
        self._first_position = config.pad_token_id + 1
        embeddings = model.roberta.embeddings
        self._words = _copy(embeddings.weight)
        # The token type is always 0, so its embedding is part of the position's.
        self._positions = _copy(
            embeddings.position_embeddings + embeddings.token_type_embeddings[0]
        )
        self._norm = _LayerNorm(embeddings.LayerNorm)
        self._layers = [_Layer(layer, self._heads) for layer in model.roberta.encoder.layer]
        self._hidden = _Dense(model.classifier.dense)
        self._out = _Dense(model.classifier.out_proj)

    def __call__(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        """Class scores before softmax.

        Args:
            token_ids: int32 [batch, (tokens)], without padding, at least one token a row.

        Returns:
            float32 [batch, classes].
        """
        positions = tf.ragged.range(token_ids.row_lengths()).values + self._first_position
        tokens = tf.gather(self._words, token_ids.values) + tf.gather(self._positions, positions)
        states = token_ids.with_values(self._norm(tokens))
        for layer in self._layers:
            states = layer(states)
        first = tf.gather(states.values, states.row_starts())
        return self._out(tf.tanh(self._hidden(first)))


class _Layer(tf.Module):
    """One transformer layer, over ragged states [batch, (tokens), hidden]."""

    def __init__(self, layer: tf.keras.layers.Layer, heads: int):
        super().__init__()
        attention = layer.attention.self_attention
        projections = (attention.query, attention.key, attention.value)
        self._heads = heads
        self._project = _Dense(*projections)
        self._attention_out = _Dense(layer.attention.dense_output.dense)
        self._attention_norm = _LayerNorm(layer.attention.dense_output.LayerNorm)
        self._wide = _Dense(layer.intermediate.dense)
        self._out = _Dense(layer.bert_output.dense)
        self._norm = _LayerNorm(layer.bert_output.LayerNorm)

    def __call__(self, states: tf.RaggedTensor) -> tf.RaggedTensor:
        tokens = states.values
        attended = self._attend(states.with_values(self._project(tokens)))
        tokens = self._attention_norm(tokens + self._attention_out(attended))
        wide = tf.nn.gelu(self._wide(tokens))
        return states.with_values(self._norm(tokens + self._out(wide)))

    def _attend(self, projected: tf.RaggedTensor) -> tf.Tensor:
        """Queries, keys and values [batch, (tokens), 3 * hidden] to float32 [tokens, hidden]."""
        lengths = projected.row_lengths()
        padded = projected.to_tensor()
        rows, longest = tf.unstack(tf.shape(padded)[:2])
        size = padded.shape[-1] // (3 * self._heads)
        split = tf.reshape(padded, [rows, longest, 3, self._heads, size])
        query, key, value = tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4]))
        scores = tf.matmul(query * size**-0.5, key, transpose_b=True)
        mask = tf.where(tf.sequence_mask(lengths, longest), 0.0, _MASKED)
        attention = tf.nn.softmax(scores + mask[:, tf.newaxis, tf.newaxis, :])
        context = tf.transpose(tf.matmul(attention, value), [0, 2, 1, 3])
        context = tf.reshape(context, [rows, longest, self._heads * size])
        return tf.RaggedTensor.from_tensor(context, lengths=lengths).values


class _Dense(tf.Module):
    """Dense layers of the same input, side by side in one matrix."""

    def __init__(self, *layers: tf.keras.layers.Dense):
        super().__init__()
        self._kernel = _copy(tf.concat([layer.kernel for layer in layers], axis=1))
        self._bias = _copy(tf.concat([layer.bias for layer in layers], axis=0))

    def __call__(self, values: tf.Tensor) -> tf.Tensor:
        return tf.nn.bias_add(tf.matmul(values, self._kernel), self._bias)


class _LayerNorm(tf.Module):
    """Layer normalisation over the last axis."""

    def __init__(self, layer: tf.keras.layers.LayerNormalization):
        super().__init__()
        self._scale, self._offset = _copy(layer.gamma), _copy(layer.beta)
        self._epsilon = layer.epsilon

    def __call__(self, values: tf.Tensor) -> tf.Tensor:
        centred = values - tf.reduce_mean(values, axis=-1, keepdims=True)
        variance = tf.reduce_mean(tf.square(centred), axis=-1, keepdims=True)
        return centred * (tf.math.rsqrt(variance + self._epsilon) * self._scale) + self._offset


def _copy(value: tf.Tensor | tf.Variable) -> tf.Variable:
    """A variable of this host with the value of one that may live on an accelerator."""
    with tf.device("CPU"):
        return tf.Variable(tf.cast(value, tf.float32), trainable=False)


def can_pack(model: TFPreTrainedModel) -> bool:
    """Whether the model is a RoBERTa of the usual kind, which `PackedRoberta` reproduces."""
    config = model.config
    return (
        type(model) is TFRobertaForSequenceClassification
        and config.hidden_act == "gelu"
        and config.position_embedding_type == "absolute"
        and not config.is_decoder
    )


def pack_encoder(model: TFRobertaForSequenceClassification) -> PackedRoberta:
    """Packs a model for serving, and proves the result on rows of many lengths.

    Raises:
        RuntimeError: a logit differs from the model's own by more than rounding.
    """
    packed = PackedRoberta(model)
    generator = np.random.default_rng(0)
    longest = model.config.max_position_embeddings - model.config.pad_token_id - 1
    lengths = np.unique(np.linspace(2, min(longest, 128), 8).astype(int))
    ids = generator.integers(model.config.pad_token_id + 1, model.config.vocab_size, lengths.sum())
    rows = tf.RaggedTensor.from_row_lengths(ids.astype(np.int32), lengths)
    expected = compute_logits(model, rows.to_tensor(model.config.pad_token_id))
    difference = float(tf.reduce_max(tf.abs(packed(rows) - tf.cast(expected, tf.float32))))
    # The bound is relative to the size of the logits, which training makes large.
    if not difference <= _TOLERANCE * max(1.0, float(tf.reduce_max(tf.abs(expected)))):
        raise RuntimeError(f"the packed encoder differs from the model by {difference:.2g}")
    return packed
