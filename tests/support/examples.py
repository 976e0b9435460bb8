"""A split of raw tf.Examples, as JsonExampleGen writes it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tensorflow as tf

from components.article.example import article_to_example
from components.article.fields import TEXT_FIELDS
from components.article.identity import identity_hash
from components.article.row import Article
from components.splits import TEST


def write_judged_rows(rows: Iterable[Article], folder: Path) -> Path:
    """Writes the judged split of an Examples artifact.

    Args:
        rows: with the raw features.
        folder: of the artifact.

    Returns:
        The only file of the split.
    """
    file = folder / f"Split-{TEST}" / "data_tfrecord-00000-of-00001.gz"
    file.parent.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(file), "GZIP") as writer:
        for row in rows:
            identity = identity_hash(row, TEXT_FIELDS)
            writer.write(article_to_example(row, identity).SerializeToString())
    return file
