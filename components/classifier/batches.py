"""Transformed examples to length-bucketed batches of fixed shapes, planned epoch by epoch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from components.preprocessing import features

_READ_BATCH = 4_096


@dataclass(frozen=True)
class TokenisedRows:
    """A split in memory.

    Attributes:
        token_ids: int32 [tokens], the rows one after the other.
        offsets: int64 [rows + 1]; row i is token_ids[offsets[i]:offsets[i + 1]].
        labels: int32 [rows].
    """

    token_ids: np.ndarray
    offsets: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each row, int64 [rows]."""
        return np.diff(self.offsets)

    @property
    def digest(self) -> str:
        """A hash of all rows in their order."""
        digest = hashlib.sha256()
        for values in (self.token_ids, self.offsets, self.labels):
            digest.update(np.ascontiguousarray(values).data)
        return digest.hexdigest()

    def tokens_of(self, row: int) -> np.ndarray:
        """The token ids of one row, int32 [tokens]."""
        return self.token_ids[self.offsets[row] : self.offsets[row + 1]]


@dataclass(frozen=True)
class PlannedBatch:
    """Row numbers of one batch, and the length they are padded to."""

    rows: np.ndarray
    length: int


def read_rows(
    file_patterns: Sequence[str], feature_specification: Mapping[str, Any]
) -> TokenisedRows:
    """Reads Transform's examples, integers only, in the order of the articles' identities.

    In how many files the rows lie, and who wrote them in which order, thus changes no batch.

    At 40 tokens a row 200,000 rows take 32 MB, so a split is kept in memory: every epoch can
    then be planned exactly, and its number of steps is known before it starts.

    Args:
        file_patterns: gzipped TFRecord files of the transformed examples.
        feature_specification: Transform's, for `tf.io.parse_example`.

    Raises:
        ValueError: there are no rows, or one without tokens or without a label of the taxonomy.
    """
    files = sorted(file for pattern in file_patterns for file in tf.io.gfile.glob(pattern))
    specification = {
        name: feature_specification[name]
        for name in (features.TOKEN_IDS, features.LABEL, features.ROW_KEY)
    }
    lengths, token_ids, labels, row_keys = [np.zeros(0, np.int64)], [], [], []
    for batch in tf.data.TFRecordDataset(files, compression_type="GZIP").batch(_READ_BATCH):
        parsed = tf.io.parse_example(batch, specification)
        token_ids.append(parsed[features.TOKEN_IDS].values.numpy().astype(np.int32))
        lengths.append(parsed[features.TOKEN_IDS].row_lengths().numpy())
        labels.append(parsed[features.LABEL].numpy().astype(np.int32))
        row_keys.append(parsed[features.ROW_KEY].numpy())
    if not labels:
        raise ValueError(f"no transformed examples in {', '.join(file_patterns)}")
    rows = TokenisedRows(
        token_ids=np.concatenate(token_ids),
        offsets=np.concatenate([[0], np.cumsum(np.concatenate(lengths))]),
        labels=np.concatenate(labels),
    )
    if rows.lengths.min() < 1:
        raise ValueError("a transformed example has no tokens, not even <s> and </s>")
    if rows.labels.min() < 0:
        raise ValueError("a transformed example has a category that the taxonomy lacks")
    return sort_rows(rows, np.concatenate(row_keys))


def sort_rows(rows: TokenisedRows, row_keys: np.ndarray) -> TokenisedRows:
    """The rows by key, label and token ids: any order of the same rows becomes the same one.

    Args:
        rows: of a split.
        row_keys: int64 [rows].
    """
    order = np.lexsort((rows.labels, row_keys))
    same = (np.diff(row_keys[order]) == 0) & (np.diff(rows.labels[order]) == 0)
    # Few rows share key and label, so that only these are compared by their tokens.
    tied = np.append(same, False) | np.append(False, same)
    order[tied] = sorted(
        order[tied],
        key=lambda row: (row_keys[row], rows.labels[row], rows.tokens_of(row).tobytes()),
    )
    token_ids = tf.RaggedTensor.from_row_splits(rows.token_ids, rows.offsets, validate=False)
    sorted_ids = tf.gather(token_ids, order)
    return TokenisedRows(
        sorted_ids.values.numpy(), sorted_ids.row_splits.numpy(), rows.labels[order]
    )


def check_token_ids(rows: TokenisedRows, vocabulary_size: int) -> None:
    """Checks on the host that every id has an embedding, as compiled models no longer do.

    Raises:
        ValueError: an id is outside the table: tokenizer and weights are not of one checkpoint.
    """
    largest = int(rows.token_ids.max(initial=0))
    if largest >= vocabulary_size:
        raise ValueError(
            f"token id {largest} is outside the model's {vocabulary_size} embeddings: "
            "tokenizer and weights are not of one checkpoint"
        )


def choose_bucket_lengths(lengths: np.ndarray, buckets: int) -> list[int]:
    """The padded lengths that pad least.

    Exact, by dynamic programming over the lengths that occur: the cost of a bucket is the sum
    of its rows' distances to its longest row.

    Args:
        lengths: int [rows], tokens of each row.
        buckets: number of padded lengths to choose.

    Returns:
        At most `buckets` lengths, ascending; the last is the longest row's.
    """
    values, counts = np.unique(lengths, return_counts=True)
    rows_up_to = np.concatenate([[0], np.cumsum(counts)])
    tokens_up_to = np.concatenate([[0], np.cumsum(counts * values)])
    # padding[i, j]: tokens of padding when values[i:j] share the bucket values[j - 1].
    last = np.concatenate([[0], values])
    padding = last * (rows_up_to - rows_up_to[:, None]) - (tokens_up_to - tokens_up_to[:, None])
    padding = np.where(np.tri(len(values) + 1, k=-1, dtype=bool), np.inf, padding.astype(float))
    cost, choices = padding[0], []
    for _ in range(min(buckets, len(values)) - 1):
        totals = cost[:, None] + padding
        choices.append(totals.argmin(axis=0))
        cost = totals.min(axis=0)
    bounds, end = [], len(values)
    for starts in reversed(choices):
        bounds.append(end)
        end = int(starts[end])
    bounds.append(end)
    return sorted({int(values[bound - 1]) for bound in bounds if bound > 0})


def plan_epoch(
    lengths: np.ndarray,
    bucket_lengths: Sequence[int],
    batch_size: int,
    generator: np.random.Generator | None = None,
) -> list[PlannedBatch]:
    """Puts every row into exactly one batch of rows of similar length.

    Rows left over in a bucket move to the next longer one, so at most one batch is not full.

    Args:
        lengths: int [rows], tokens of each row.
        bucket_lengths: padded lengths, ascending; the last is at least the longest row's.
        batch_size: rows a batch.
        generator: shuffles rows and batches; None keeps their order.

    Returns:
        The batches of the epoch.
    """
    order = np.arange(len(lengths)) if generator is None else generator.permutation(len(lengths))
    bucket_of = np.searchsorted(bucket_lengths, lengths[order])
    batches, left_over = [], np.zeros(0, order.dtype)
    for bucket, length in enumerate(bucket_lengths):
        rows = np.concatenate([left_over, order[bucket_of == bucket]])
        full = len(rows) - len(rows) % batch_size
        batches += [
            PlannedBatch(rows[i : i + batch_size], length) for i in range(0, full, batch_size)
        ]
        left_over = rows[full:]
    if len(left_over):
        batches.append(PlannedBatch(left_over, bucket_lengths[-1]))
    if generator is None:
        return batches
    return [batches[i] for i in generator.permutation(len(batches))]


def make_dataset(
    rows: TokenisedRows, plan: Sequence[PlannedBatch], batch_size: int, pad_id: int
) -> tf.data.Dataset:
    """The planned batches as a dataset of dense tensors.

    A batch that is not full is filled with rows of padding whose weight is 0, so shapes are
    fixed and no row is lost.

    Returns:
        A dataset of (token_ids int32 [batch_size, length], labels int32 [batch_size],
        weights float32 [batch_size]).
    """
    token_ids = tf.RaggedTensor.from_row_splits(
        tf.constant(rows.token_ids), tf.constant(rows.offsets), validate=False
    )
    labels = tf.constant(rows.labels)
    rows_of_batches = tf.RaggedTensor.from_row_lengths(
        np.concatenate([batch.rows for batch in plan]), [len(batch.rows) for batch in plan]
    )
    padded_lengths = np.array([batch.length for batch in plan])
    batches = tf.data.Dataset.from_tensor_slices((rows_of_batches, padded_lengths))

    def gather(batch_rows: tf.Tensor, length: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        missing = [[0, batch_size - tf.shape(batch_rows)[0]]]
        shape = tf.stack([tf.cast(batch_size, tf.int64), length])
        dense = tf.gather(token_ids, batch_rows).to_tensor(tf.cast(pad_id, tf.int32), shape=shape)
        weights = tf.pad(tf.ones_like(batch_rows, tf.float32), missing)
        return (
            tf.ensure_shape(dense, [batch_size, None]),
            tf.ensure_shape(tf.pad(tf.gather(labels, batch_rows), missing), [batch_size]),
            tf.ensure_shape(weights, [batch_size]),
        )

    dataset = batches.map(gather, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
    return dataset.prefetch(tf.data.AUTOTUNE)
