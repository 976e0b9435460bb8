"""What `data_throughput.py` measures, each in a process of its own.

Usage: data_sides.py plain|COMPONENT FOLDER CHECKPOINT

FOLDER holds `rows.json`, and what earlier components wrote. Printed is one JSON object: `cpu`,
seconds without imports; `peak` and `imported`, bytes of memory at most, and after the imports.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import components  # noqa: F401 - chooses Keras 2 before TensorFlow is imported

MAX_LENGTH = 128
WITH_TWINS = " and twins"
"""Behind a component's name: with the search for near twins."""

_BATCH = 1_000


def component(name: str, folder: Path, checkpoint: str) -> Callable[[], None]:
    """A component of the pipeline, run by its executor without ML Metadata.

    It is given the artifacts of the components before it from `folder`, by the names of its inputs.
    A run counts and hashes its files before TFX starts: that is part of what JsonExampleGen takes.
    """
    from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
    from tfx.types import Artifact, artifact_utils

    from components.row_files.survey import survey_file
    from components.splits import LEARNING
    from pipeline.dag.create_pipeline import create_pipeline
    from pipeline.inputs import resolve_inputs
    from pipeline.profiles import load_settings
    from pipeline.runners.local_deployment import LocalDeployment

    name, twins, _ = name.partition(WITH_TWINS)
    given = {
        "data.twin_similarity": 0.8 if twins else "null",
        "data.files": folder / "rows.json",
        "output": folder / "output",
        "checkpoint.source": checkpoint,
        "text.max_length": MAX_LENGTH,
    }
    settings = load_settings("demo", [f"{key}={value}" for key, value in given.items()])
    resolved = resolve_inputs(settings)
    pipeline = create_pipeline(resolved, LocalDeployment(resolved.settings))
    (node,) = (node for node in pipeline.components if node.id == name)

    def artifact(key: str, kind: type[Artifact]) -> list[Artifact]:
        made = kind()
        made.uri = str(folder / key)
        os.makedirs(made.uri, exist_ok=True)
        splits = [path.name[len("Split-") :] for path in Path(made.uri).glob("Split-*")]
        if "split_names" in (kind.PROPERTIES or {}):
            made.split_names = artifact_utils.encode_split_names(splits or list(LEARNING))
        return [made]

    context = BaseBeamExecutor.Context(tmp_dir=str(folder / "scratch"), unique_id="benchmark")
    executor = node.executor_spec.executor_class(context)
    inputs = {key: artifact(key, channel.type) for key, channel in node.inputs.items()}
    outputs = {key: artifact(key, channel.type) for key, channel in node.outputs.items()}
    properties = {k: value for k, value in node.exec_properties.items() if value is not None}
    surveyed = resolved.data.surveys if name == "JsonExampleGen" else ()

    def run() -> None:
        for survey in surveyed:
            survey_file(survey.path)
        executor.Do(inputs, outputs, properties)

    return run


def plain(folder: Path, checkpoint: str) -> Callable[[], None]:
    """One loop in Python: json, `tokenizers`, and TFRecords of raw and of tokenised rows.

    The same counting of rows by outcome, splits by hash, and fingerprint of the file.
    """
    import tensorflow as tf
    from tokenizers import Tokenizer

    from components.article.fields import CATEGORY, HEADLINE, SHORT_DESCRIPTION
    from components.preprocessing.taxonomy import load_taxonomy
    from pipeline.settings import DataSettings

    taxonomy = load_taxonomy(DataSettings().taxonomy)
    class_ids = {name: number for number, name in enumerate(taxonomy.class_names)}
    tokenizer = Tokenizer.from_file(f"{checkpoint}/tokenizer.json")
    tokenizer.encode_special_tokens = True
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_LENGTH)
    encode = getattr(tokenizer, "encode_batch_fast", tokenizer.encode_batch)
    fingerprint, outcomes = hashlib.sha256(), Counter()

    def texts(*values: str) -> tf.train.Feature:
        return tf.train.Feature(
            bytes_list=tf.train.BytesList(value=[value.encode() for value in values])
        )

    def numbers(values: list[int]) -> tf.train.Feature:
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))

    def serialise(features: dict[str, tf.train.Feature]) -> bytes:
        return tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()

    def rows() -> Iterator[tuple[dict[str, str], str]]:
        with (folder / "rows.json").open("rb") as lines:
            for line in lines:
                fingerprint.update(line)
                row = json.loads(line)
                is_known = row[CATEGORY] in taxonomy.class_of
                outcomes["accepted" if is_known else "quarantined"] += 1
                if is_known:
                    key = " ".join(row[HEADLINE].casefold().split())
                    yield row, hashlib.sha256(key.encode()).hexdigest()

    def write() -> None:
        options = tf.io.TFRecordOptions("GZIP")
        writers = {
            (kind, split): tf.io.TFRecordWriter(str(folder / f"plain-{kind}-{split}.gz"), options)
            for kind in ("raw", "tokenised")
            for split in ("train", "eval")
        }
        accepted = rows()
        while batch := list(islice(accepted, _BATCH)):
            joined = [
                " ".join(filter(None, (row[HEADLINE], row[SHORT_DESCRIPTION]))) for row, _ in batch
            ]
            for (row, key), encoding in zip(batch, encode(joined), strict=True):
                split = "eval" if int(key[:8], 16) % 10 == 0 else "train"
                raw = {name: texts(value) for name, value in row.items()}
                name = taxonomy.class_of[row[CATEGORY]]
                tokenised = {
                    "token_ids": numbers(encoding.ids),
                    "label": numbers([class_ids[name]]),
                    "class_name": texts(name),
                    "row_key": numbers([int(key[:15], 16)]),
                }
                writers["raw", split].write(serialise({**raw, "partition_key": texts(key)}))
                writers["tokenised", split].write(serialise(tokenised))
        for writer in writers.values():
            writer.close()
        record = {"rows": outcomes, "fingerprint": fingerprint.hexdigest()}
        (folder / "plain.json").write_text(json.dumps(record), encoding="utf-8")

    return write


def main(side: str, folder: Path, checkpoint: str) -> None:
    """Runs a side, and prints what it took."""
    run = plain(folder, checkpoint) if side == "plain" else component(side, folder, checkpoint)
    before = resource.getrusage(resource.RUSAGE_SELF)
    run()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    kib = 1024
    print(
        json.dumps({"cpu": cpu, "peak": after.ru_maxrss * kib, "imported": before.ru_maxrss * kib})
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
