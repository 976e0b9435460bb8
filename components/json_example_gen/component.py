"""JsonExampleGen: the ExampleGen component over JSON-lines files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from google.protobuf import any_pb2, struct_pb2
from tfx.components.example_gen.component import FileBasedExampleGen
from tfx.dsl.components.base import executor_spec
from tfx.proto import example_gen_pb2

from components.article.fields import PARTITION_KEY
from components.json_example_gen import executor
from components.preprocessing.taxonomy import Taxonomy

_HASH_BUCKETS = 1_000


def json_example_gen(
    files: str,
    text_fields: Sequence[str],
    taxonomy: Taxonomy | None,
    splits: Mapping[str, float],
    unknown_category: str,
    max_quarantined_fraction: float,
) -> FileBasedExampleGen:
    """An ExampleGen over JSON lines.

    Args:
        files: a file or a glob, local or on a file system that Beam knows (gs://).
        text_fields: those that the model reads, see `parse_row`.
        taxonomy: the categories that are learnt, and those that are excluded; None for rows to
            predict.
        splits: share of the rows, by hash of `PARTITION_KEY`, for each split; kept to
            a thousandth.
        unknown_category: 'error' or 'quarantine'.
        max_quarantined_fraction: largest share of quarantined rows, of those read.

    Returns:
        The component; its Examples artifact has the splits named.
    """
    policy = struct_pb2.Struct()
    policy.update(
        {
            "text_fields": list(text_fields),
            "taxonomy": taxonomy.to_config() if taxonomy else None,
            "unknown_category": unknown_category,
            "max_quarantined_fraction": max_quarantined_fraction,
        }
    )
    packed = any_pb2.Any()
    packed.Pack(policy)
    folder, pattern = os.path.split(files)
    return FileBasedExampleGen(
        input_base=folder,
        input_config=example_gen_pb2.Input(
            splits=[example_gen_pb2.Input.Split(name="all", pattern=pattern)]
        ),
        output_config=example_gen_pb2.Output(
            split_config=example_gen_pb2.SplitConfig(
                splits=[
                    example_gen_pb2.SplitConfig.Split(
                        name=name, hash_buckets=max(round(share * _HASH_BUCKETS), 1)
                    )
                    for name, share in splits.items()
                ],
                partition_feature_name=PARTITION_KEY,
            )
        ),
        custom_config=example_gen_pb2.CustomConfig(custom_config=packed),
        custom_executor_spec=executor_spec.BeamExecutorSpec(executor.Executor),
    )
