"""The files of a split: tf.Examples that one range of the data has given, written and counted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import numpy as np
import tensorflow as tf

from components.errors import FailureError

# A seventh more bytes than the usual level, in a third of its time.
_OPTIONS = tf.io.TFRecordOptions(compression_type="GZIP", compression_level=1)
_COUNTED_AT_ONCE = 4_096


def shard_path(examples_uri: str, split: str, number: int) -> str:
    """Where the records are that a range has given to a split, as TFX names such files."""
    return os.path.join(examples_uri, f"Split-{split}", f"data_tfrecord-{number:05}.gz")


class ShardWriter:
    """Writes the records of one range; a shard that is written again is replaced.

    Args:
        examples_uri: of the artifact.
        splits: names of all splits, each of which gets a folder.
        number: of the range.
    """

    def __init__(self, examples_uri: str, splits: Iterable[str], number: int):
        self._paths = [shard_path(examples_uri, split, number) for split in splits]
        self._writers: dict[int, tf.io.TFRecordWriter] = {}
        self._files = ExitStack()

    def __enter__(self) -> ShardWriter:
        for path in self._paths:
            tf.io.gfile.makedirs(os.path.dirname(path))
        return self

    def __exit__(self, *error: object) -> None:
        self._files.close()

    def write(self, split: int, record: bytes) -> None:
        """Adds a record to the split of that number; a split without one has no shard."""
        if split not in self._writers:
            writer = tf.io.TFRecordWriter(self._paths[split], _OPTIONS)
            self._writers[split] = self._files.enter_context(writer)
        self._writers[split].write(record)


def keep_records(path: str, keep: np.ndarray) -> None:
    """Leaves records out of a shard.

    Args:
        path: of the shard.
        keep: for each record whether it stays, bool [records].

    Raises:
        FailureError: the shard does not hold as many records.
    """
    if not keep.any():
        tf.io.gfile.remove(path)
        return
    kept = f"{path}.kept"
    with tf.io.TFRecordWriter(kept, _OPTIONS) as writer:
        records = 0
        for records, record in enumerate(_read(path), 1):
            if records <= len(keep) and keep[records - 1]:
                writer.write(record)
    if records != len(keep):
        raise FailureError(
            f"{path}: holds {records:,} records of {len(keep):,} accepted rows: a difference of "
            f"{len(keep) - records:+,}"
        )
    tf.io.gfile.rename(kept, path, overwrite=True)


def count_records(examples_uri: str, split: str) -> int:
    """Records that the files of a split hold, read from them."""
    files = tf.io.gfile.glob(os.path.join(examples_uri, f"Split-{split}", "*"))
    batches = tf.data.TFRecordDataset(files, "GZIP").batch(_COUNTED_AT_ONCE)
    return sum(len(batch) for batch in batches)


def _read(path: str) -> Iterator[bytes]:
    return tf.data.TFRecordDataset([path], "GZIP").as_numpy_iterator()
