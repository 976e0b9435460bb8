"""A Transform graph of a few rows, made by TFT's own Beam implementation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from components.article.fields import CATEGORY, DATE, PARTITION_KEY, TEXT_FIELDS
from components.preprocessing.taxonomy import Taxonomy
from components.preprocessing.transform import preprocessing_fn

NAMES = (*TEXT_FIELDS, CATEGORY, DATE)
"""The raw features that the graph reads, but for the identity, which is a row's first text here."""


def make_transform_graph(
    rows: Iterable[Sequence[str]],
    taxonomy: Taxonomy,
    checkpoint: Path,
    max_length: int,
    folder: Path,
) -> tuple[str, list[Mapping[str, Any]]]:
    """Analyses and transforms rows.

    Args:
        rows: values of `NAMES`, in their order.
        taxonomy: of the rows.
        checkpoint: folder with the tokenizer.
        max_length: tokens kept of a row.
        folder: for the graph and what is made on the way.

    Returns:
        The graph's folder, and the transformed rows.
    """
    config = {
        "text_fields": TEXT_FIELDS,
        "taxonomy": taxonomy.to_config(),
        "tokenizer": str(checkpoint),
        "max_length": max_length,
    }
    specification = {
        name: tf.io.FixedLenFeature([1], tf.string) for name in (*NAMES, PARTITION_KEY)
    }
    schema = schema_utils.schema_from_feature_spec(specification)
    raw = [
        {
            **{name: [text.encode()] for name, text in zip(NAMES, row, strict=True)},
            PARTITION_KEY: [row[0].encode()],
        }
        for row in rows
    ]
    with tft_beam.Context(temp_dir=str(folder / "scratch")):
        (transformed, _), transform_fn = (
            raw,
            dataset_metadata.DatasetMetadata(schema),
        ) | tft_beam.AnalyzeAndTransformDataset(lambda inputs: preprocessing_fn(inputs, config))
        transform_fn | tft_beam.WriteTransformFn(str(folder / "graph"))
    return str(folder / "graph"), transformed
