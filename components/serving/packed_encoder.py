"""RoBERTa's forward pass for serving: real tokens only, in streams that run side by side.

Hugging Face's TensorFlow code is made for training: it computes on padding, and projects queries,
keys and values one by one. Here the tokens of all rows lie one after the other for everything but
attention, as in FlashAttention's variable-length interface. The result is the same to rounding;
`pack_encoder` checks that on the model at hand before it is exported.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from transformers import TFPreTrainedModel, TFRobertaForSequenceClassification

from components.classifier.model import compute_logits

_TOLERANCE = 1e-4
_MASKED = -1e9
# Measured with tests/benchmarks/serving.py on two cores: one stream is a fifth slower for single
# requests and a tenth for batches, four are slower again.
_STREAMS = 2


class PackedRoberta(tf.Module):
    """A RoBERTa classifier with its weights copied to this host, for inference in fp32.

    Args:
        model: the trained classifier, wherever its variables are.
    """

    def __init__(self, model: TFRobertaForSequenceClassification):
        super().__init__()
        config = model.config
        # RoBERTa counts positions from the one after the padding id.
        self._first_position = config.pad_token_id + 1
        embeddings = model.roberta.embeddings
        self._words = _copy(embeddings.weight)
        # The token type is always 0, so its embedding is part of the position's.
        self._positions = _copy(
            embeddings.position_embeddings + embeddings.token_type_embeddings[0]
        )
        self._norm = _LayerNorm(embeddings.LayerNorm)
        self._layers = [
            _Layer(layer, config.num_attention_heads) for layer in model.roberta.encoder.layer
        ]
        hidden, out = model.classifier.dense, model.classifier.out_proj
        self._hidden = _Dense(hidden.kernel, hidden.bias)
        self._out = _Dense(out.kernel, out.bias)

    def __call__(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        """Class scores before softmax.

        Args:
            token_ids: int32 [batch, (tokens)], without padding, at least one token a row.

        Returns:
            float32 [batch, classes].
        """
        positions = tf.ragged.range(token_ids.row_lengths()).values + self._first_position
        tokens = tf.gather(self._words, token_ids.values) + tf.gather(self._positions, positions)
        tokens = self._norm(tokens)
        grid = _Grid(token_ids)
        for layer in self._layers:
            tokens = layer(tokens, grid)
        first = tf.gather(tokens, token_ids.row_starts())
        return self._out(tf.tanh(self._hidden(first)))


class _Grid:
    """Where the tokens of all rows, one after the other, lie in a padded [batch, longest] grid.

    Attributes:
        cells: int64 [batch, longest], the token of each cell; padding repeats some other token.
        tokens: int64 [tokens], the flat cell of each token.
        mask: float32 [batch, 1, 1, longest], 0 for tokens and a large negative for padding.
    """

    def __init__(self, token_ids: tf.RaggedTensor):
        lengths, starts = token_ids.row_lengths(), token_ids.row_starts()
        columns = tf.range(tf.reduce_max(lengths))
        is_token = columns < lengths[:, tf.newaxis]
        last = tf.size(token_ids.values, tf.int64) - 1
        self.cells = tf.minimum(starts[:, tf.newaxis] + columns, last)
        self.tokens = tf.where(tf.reshape(is_token, [-1]))[:, 0]
        self.mask = tf.where(is_token, 0.0, _MASKED)[:, tf.newaxis, tf.newaxis, :]


class _Layer(tf.Module):
    """One transformer layer, over float32 [tokens, hidden].

    Heads and the wide layer's units are dealt out to independent streams, whose results are added.
    TensorFlow runs streams side by side, where splitting every single operation among the threads
    costs more than it gains on the few tokens of one request.
    """

    def __init__(self, layer: tf.keras.layers.Layer, heads: int):
        super().__init__()
        attention, wide = layer.attention, layer.intermediate.dense
        streams = min(_STREAMS, heads)
        self._attention = [
            _Heads(attention.self_attention, attention.dense_output.dense, part, heads)
            for part in np.array_split(np.arange(heads), streams)
        ]
        self._attention_bias = _copy(attention.dense_output.dense.bias)
        self._attention_norm = _LayerNorm(attention.dense_output.LayerNorm)
        units = np.array_split(np.arange(wide.kernel.shape[1]), streams)
        self._wide = [
            _Dense(tf.gather(wide.kernel, part, axis=1), tf.gather(wide.bias, part))
            for part in units
        ]
        self._out = [_copy(tf.gather(layer.bert_output.dense.kernel, part)) for part in units]
        self._out_bias = _copy(layer.bert_output.dense.bias)
        self._norm = _LayerNorm(layer.bert_output.LayerNorm)

    def __call__(self, tokens: tf.Tensor, grid: _Grid) -> tf.Tensor:
        attended = tf.add_n([heads(tokens, grid) for heads in self._attention])
        attended += self._attention_bias
        tokens = self._attention_norm(tokens + attended)
        out = [
            tf.matmul(tf.nn.gelu(wide(tokens)), kernel)
            for wide, kernel in zip(self._wide, self._out, strict=True)
        ]
        return self._norm(tokens + (tf.add_n(out) + self._out_bias))


class _Heads(tf.Module):
    """Some of the heads of a layer's attention, with their part of the output projection."""

    def __init__(
        self,
        attention: tf.keras.layers.Layer,
        output: tf.keras.layers.Dense,
        heads: np.ndarray,
        all_heads: int,
    ):
        super().__init__()
        self._heads = len(heads)
        self._size = size = attention.query.kernel.shape[1] // all_heads
        units = (heads[:, np.newaxis] * size + np.arange(size)).ravel()
        # Scores are divided by the root of a head's size; here the queries' weights are, once.
        projections = ((attention.query, size**-0.5), (attention.key, 1.0), (attention.value, 1.0))
        self._project = _Dense(
            tf.concat([tf.gather(p.kernel, units, axis=1) * scale for p, scale in projections], 1),
            tf.concat([tf.gather(p.bias, units) * scale for p, scale in projections], 0),
        )
        self._out = _copy(tf.gather(output.kernel, units))

    def __call__(self, tokens: tf.Tensor, grid: _Grid) -> tf.Tensor:
        """Float32 [tokens, hidden] to the same shape."""
        padded = tf.gather(self._project(tokens), grid.cells)
        rows, longest = tf.unstack(tf.shape(padded)[:2])
        split = tf.reshape(padded, [rows, longest, 3, self._heads, self._size])
        query, key, value = tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4]))
        scores = tf.matmul(query, key, transpose_b=True) + grid.mask
        context = tf.transpose(tf.matmul(tf.nn.softmax(scores), value), [0, 2, 1, 3])
        context = tf.reshape(context, [rows * longest, self._heads * self._size])
        return tf.matmul(tf.gather(context, grid.tokens), self._out)


class _Dense(tf.Module):
    """A dense layer."""

    def __init__(self, kernel: tf.Tensor, bias: tf.Tensor):
        super().__init__()
        self._kernel, self._bias = _copy(kernel), _copy(bias)

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
