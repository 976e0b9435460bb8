"""JsonExampleGen run on small files, and what it has written, read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf
from tfx.types import standard_artifacts

from components.article.fields import TEXT_FIELDS
from components.json_example_gen.artifact import Quarantine
from components.json_example_gen.component import JsonExampleGen
from components.json_example_gen.data_files import DataFiles
from components.json_example_gen.executor import Executor
from components.json_example_gen.row_policy import RowPolicy
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.survey import RANGE_BYTES, survey_file
from components.split_rule import SplitRule

TAXONOMY = Taxonomy(
    class_of={"ARTS": "ARTS & CULTURE", "CULTURE": "ARTS & CULTURE", "POLITICS": "POLITICS"},
    excluded=frozenset({"U.S. NEWS"}),
)
POLICY = RowPolicy(
    text_fields=TEXT_FIELDS,
    taxonomy=TAXONOMY,
    split_rule=SplitRule("hash", eval_fraction=0.3, test_fraction=0.2),
    max_quarantined_fraction=0.5,
    twin_similarity=0.8,
)


def ingest(
    files: Iterable[Path],
    folder: Path,
    policy: RowPolicy = POLICY,
    range_bytes: int = RANGE_BYTES,
    beam_args: Iterable[str] = (),
) -> standard_artifacts.Examples:
    """Runs the executor.

    Args:
        files: of rows, all there.
        folder: for the artifacts, in `examples` and `quarantine`.
        policy: of the run.
        range_bytes: see there.
        beam_args: options of Beam.
    """
    surveys = [survey_file(str(file), range_bytes) for file in files]
    data = DataFiles([survey.path for survey in surveys], surveys)
    return execute(data, folder, policy, beam_args)


def execute(
    data: DataFiles, folder: Path, policy: RowPolicy = POLICY, beam_args: Iterable[str] = ()
) -> standard_artifacts.Examples:
    """Runs the executor over files that were surveyed, or are to be found by their patterns."""
    properties = dict(JsonExampleGen(data, policy).spec.exec_properties)
    examples, quarantine = standard_artifacts.Examples(), Quarantine()
    examples.uri, quarantine.uri = str(folder / "examples"), str(folder / "quarantine")
    context = Executor.Context(beam_pipeline_args=list(beam_args), unique_id="1")
    outputs = {"examples": [examples], "quarantine": [quarantine]}
    Executor(context).Do({}, outputs, properties)
    return examples


def read_split(folder: Path, split: str) -> list[Mapping[str, str]]:
    """The fields of the examples of a split, in their order in its files."""
    files = sorted(str(file) for file in (folder / "examples").glob(f"Split-{split}/*"))
    records = tf.data.TFRecordDataset(files, compression_type="GZIP")
    return [_fields(tf.train.Example.FromString(record.numpy())) for record in records]


def _fields(example: tf.train.Example) -> dict[str, str]:
    features = sorted(example.features.feature.items())
    return {name: value.bytes_list.value[0].decode() for name, value in features}


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Writes JSON lines."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def article(number: int, **fields: object) -> dict[str, object]:
    """A row with words that no other number has."""
    words = " ".join(f"word{number}x{each}" for each in range(6))
    return {"headline": f"Article {words}", "category": "ARTS", "short_description": "", **fields}
