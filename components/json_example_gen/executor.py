"""The executor of JsonExampleGen: a Beam pipeline from JSON lines to tf.Examples and row counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import apache_beam as beam
import tensorflow as tf
from apache_beam.io import fileio as beam_files
from apache_beam.io.filesystem import CompressionTypes
from tfx import types
from tfx.components.example_gen.base_example_gen_executor import BaseExampleGenExecutor
from tfx.types import artifact_utils

from components.article.example import article_to_example
from components.errors import DataError
from components.file_patterns import unescape
from components.files import open_file, read_text
from components.json_example_gen.row_counts import (
    QuarantinedRow,
    RowCounts,
    check_rows,
    read_row_counts,
    write_row_counts,
)
from components.json_example_gen.rows import judge_line
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.lines import numbered_lines

QUARANTINE_FILE = "quarantine.jsonl"
_REFUSED_FILES = "refused_files.json"
_CONFIG = "row_policy"
_ROOT = "examples_uri"
_LONGEST_KEPT_TEXT = 2_000  # characters of a bad line; a binary file has lines of megabytes


class _ParseLines(beam.DoFn):
    """(file, line number, line) -> tf.Example; what became of the line goes to side outputs."""

    def __init__(self, text_fields: list[str], taxonomy_config: dict[str, Any] | None):
        self._text_fields, self._taxonomy_config = text_fields, taxonomy_config

    def setup(self) -> None:
        config = self._taxonomy_config
        self._taxonomy = None if config is None else Taxonomy.from_config(config)

    def process(self, element: tuple[str, int, bytes]) -> Iterator[Any]:
        file, number, line = element
        outcome = judge_line(line, self._text_fields, self._taxonomy)
        for key in outcome.keys:
            yield beam.pvalue.TaggedOutput("outcomes", key)
        if outcome.article:
            yield article_to_example(outcome.article, self._text_fields)
        if outcome.reason:
            text = line.decode("utf-8", "replace")[:_LONGEST_KEPT_TEXT]
            bad_row = QuarantinedRow(file=file, line=number, reason=outcome.reason, text=text)
            yield beam.pvalue.TaggedOutput("quarantine", bad_row)


def _read_lines(file: beam_files.ReadableFile) -> Iterator[Any]:
    """Lines with their numbers, which Beam's own text source does not keep.

    Why a file cannot be read to its end goes to a side output: of an exception, Beam would leave
    a text in a text.
    """
    path = file.metadata.path
    with file.open(compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        try:
            for number, line in numbered_lines(stream, path):
                yield path, number, line
        except DataError as error:
            yield beam.pvalue.TaggedOutput("refusals", str(error))


def _source(exec_properties: dict[str, Any]) -> str:
    """The files that were asked for, to be named in messages."""
    (split,) = json.loads(exec_properties["input_config"])["splits"]
    return unescape(f"{exec_properties['input_base']}/{split['pattern']}")


@beam.ptransform_fn
def _json_to_examples(
    pipeline: beam.Pipeline, exec_properties: dict[str, Any], split_pattern: str
) -> beam.PCollection:
    """JSON-lines files to tf.Examples; writes counts and quarantine beside the splits."""
    policy, root = exec_properties[_CONFIG], exec_properties[_ROOT]
    read = (
        pipeline
        | "Match" >> beam_files.MatchFiles(f"{exec_properties['input_base']}/{split_pattern}")
        | "Open" >> beam_files.ReadMatches()
        | "ReadLines" >> beam.FlatMap(_read_lines).with_outputs("refusals", main="lines")
    )
    outputs = (
        read.lines
        | "Reshuffle" >> beam.Reshuffle()
        | "Parse"
        >> beam.ParDo(_ParseLines(policy["text_fields"], policy["taxonomy"])).with_outputs(
            "quarantine", "outcomes", main="examples"
        )
    )
    (
        outputs.outcomes
        | "Count" >> beam.combiners.Count.PerElement()
        | "OutcomesToList" >> beam.combiners.ToList()
        | "WriteCounts"
        >> beam.Map(lambda counted: write_row_counts(root, [(*key, n) for key, n in counted]))
    )
    (
        outputs.quarantine
        | "QuarantineToList" >> beam.combiners.ToList()
        | "WriteQuarantine" >> beam.Map(lambda rows: _write_quarantine(root, rows))
    )
    (
        read.refusals
        | "RefusalsToList" >> beam.combiners.ToList()
        | "WriteRefusals" >> beam.Map(lambda reasons: _write_refusals(root, reasons))
    )
    return outputs.examples


def _write_refusals(examples_uri: str, reasons: list[str]) -> None:
    with open_file(f"{examples_uri}/{_REFUSED_FILES}", "w") as file:
        file.write(json.dumps(sorted(reasons)))


def _write_quarantine(examples_uri: str, rows: list[QuarantinedRow]) -> None:
    with open_file(f"{examples_uri}/{QUARANTINE_FILE}", "w") as file:
        for row in sorted(rows, key=lambda r: (r.file, r.line)):
            file.write(f"{json.dumps(asdict(row))}\n")


def read_quarantine(examples_uri: str) -> Iterator[QuarantinedRow]:
    """The quarantined rows of an Examples artifact, in the order of the data."""
    with open_file(f"{examples_uri}/{QUARANTINE_FILE}") as file:
        for line in file:
            yield QuarantinedRow(**json.loads(line))


class Executor(BaseExampleGenExecutor):
    """ExampleGen executor for JSON lines.

    Beside the splits it writes `row_counts.json` and `quarantine.jsonl` into the artifact, and
    then refuses data that breaks the row policy of the component's `custom_config`.
    """

    def GetInputSourceToExamplePTransform(self) -> beam.PTransform:  # noqa: N802 - TFX's name
        return _json_to_examples

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Reads, splits and accounts for all rows.

        Raises:
            DataError: a file cannot be read to its end; or a split is left without a row; or see
                `row_counts.check_rows`.
        """
        artifact = artifact_utils.get_single_instance(output_dict["examples"])
        policy = json.loads(exec_properties["custom_config"])["custom_config"]["value"]
        super().Do(
            input_dict, output_dict, {**exec_properties, _CONFIG: policy, _ROOT: artifact.uri}
        )
        refusals = json.loads(read_text(f"{artifact.uri}/{_REFUSED_FILES}"))
        if refusals:
            others = f" ({len(refusals) - 1} more files cannot be read)" if refusals[1:] else ""
            raise DataError(f"{refusals[0]}{others}")
        counts = read_row_counts(artifact.uri)
        for name in ("read", "accepted", "quarantined"):
            artifact.set_int_custom_property(f"rows_{name}", getattr(counts, name))
        artifact.set_int_custom_property("rows_excluded", sum(counts.excluded.values()))
        check_rows(
            counts,
            list(read_quarantine(artifact.uri)),
            source=_source(exec_properties),
            unknown_category=policy["unknown_category"],
            max_quarantined_fraction=policy["max_quarantined_fraction"],
        )
        if policy["taxonomy"]:
            _check_splits(artifact, _source(exec_properties), counts)


def _check_splits(examples: types.Artifact, source: str, counts: RowCounts) -> None:
    """Refuses rows to learn from of which a split gets none."""
    for split in artifact_utils.decode_split_names(examples.split_names):
        folder = artifact_utils.get_split_uri([examples], split)
        records = tf.data.TFRecordDataset(tf.io.gfile.glob(f"{folder}/*"), "GZIP")
        if not any(True for _ in records.take(1)):
            raise DataError(
                f"{source}: none of the {counts.accepted} usable rows falls into the split "
                f"{split!r}; give more rows, or change its share with --set data.eval_fraction=..."
            )
