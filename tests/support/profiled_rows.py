"""The profile of some rows, as Transform's executor makes it, without a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft

from components.data_validation.measure import measure_profile
from components.data_validation.profile import DataProfile
from components.preprocessing.taxonomy import Taxonomy
from tests.support.transform_graph import NAMES

Row = Mapping[str, str]
_EVAL = 5  # every fifth row


def write_transformed(
    rows: Sequence[Row], graph: str, folder: Path, shards: int = 1
) -> dict[str, list[str]]:
    """Transforms rows and writes them as Transform does.

    Args:
        rows: raw, of which every fifth one is for eval.
        graph: folder of the Transform graph.
        folder: to write to.
        shards: files of a split.

    Returns:
        Files by split.
    """
    output = tft.TFTransformOutput(graph)
    layer, specification = output.transform_features_layer(), output.transformed_feature_spec()
    files: dict[str, list[str]] = {"train": [], "eval": []}
    for split, chosen in (
        ("train", [row for place, row in enumerate(rows) if place % _EVAL]),
        ("eval", rows[::_EVAL]),
    ):
        for shard in range(shards):
            part = chosen[shard::shards]
            columns = {name: tf.constant([[row[name]] for row in part]) for name in NAMES}
            path = folder / f"{split}-{shard}.gz"
            _write(layer(columns), specification, path)
            files[split].append(str(path))
    return files


def profile_rows(
    rows: Sequence[Row], graph: str, taxonomy: Taxonomy, folder: Path, shards: int = 1
) -> DataProfile:
    """Transforms rows and measures them."""
    folder.mkdir(exist_ok=True)
    return measure_profile(
        write_transformed(rows, graph, folder, shards),
        tft.TFTransformOutput(graph).transformed_feature_spec(),
        class_of=taxonomy.class_of,
        text_fields=["headline", "short_description"],
        tokenizer="of the test",
        split_rule=None,
    )


def _write(features: Mapping[str, Any], specification: Mapping[str, Any], path: Path) -> None:
    columns = {
        name: value.to_list() if isinstance(value, tf.RaggedTensor) else value.numpy().tolist()
        for name, value in features.items()
    }
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for values in zip(*columns.values(), strict=True):
            row = dict(zip(columns, values, strict=True))
            example = tf.train.Example()
            for name, value in row.items():
                listed = np.atleast_1d(np.array(value, object)).tolist()
                key = getattr(specification[name], "value_key", None) or name
                feature = example.features.feature[key]
                if listed and isinstance(listed[0], bytes):
                    feature.bytes_list.value.extend(listed)
                else:
                    feature.int64_list.value.extend(listed)
            writer.write(example.SerializeToString())
