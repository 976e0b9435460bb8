"""The executor of JsonExampleGen: rows to tf.Examples, an account of them, and the quarantine."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

import apache_beam as beam
import tensorflow as tf
from tfx import types
from tfx.components.util import examples_utils
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.proto import example_gen_pb2
from tfx.types import artifact_utils

from components.article.names import check_fields
from components.errors import DataError, FailureError
from components.json_example_gen.account import count_rows
from components.json_example_gen.check_rows import check_rows, check_splits
from components.json_example_gen.data_files import find_surveys
from components.json_example_gen.ingest import CountDays, Done, IngestRange, Work, Workplace
from components.json_example_gen.left_out import leave_out
from components.json_example_gen.quarantine import write_quarantine
from components.json_example_gen.row_counts import (
    RowCounts,
    imbalance,
    write_row_counts,
)
from components.json_example_gen.row_policy import RowPolicy
from components.json_example_gen.shards import count_records
from components.row_files.survey import FileSurvey, read_file
from components.split_rule import SplitRule, find_border, write_split_rule

_SCRATCH = "scratch"
_LISTED = "done.json"


class Executor(BaseBeamExecutor):
    """ExampleGen executor for files of rows.

    Beside the splits it writes `row_counts.json` and `split_rule.json` into the Examples artifact.
    """

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Reads, splits and accounts for all rows.

        Raises:
            DataError: a file cannot be read to its end, or was changed meanwhile; a split is left
                without a row; or see `check_rows`.
            FailureError: rows are missing in the account.
        """
        self._log_startup(input_dict, output_dict, exec_properties)
        examples = artifact_utils.get_single_instance(output_dict["examples"])
        quarantine = artifact_utils.get_single_instance(output_dict["quarantine"])
        policy, surveys = find_surveys(exec_properties)
        labelled = policy.taxonomy is not None
        for each in surveys:
            check_fields(
                read_file(each), each.path, policy.text_fields, policy.field_names, labelled
            )
        source = _in_words(surveys)
        works = _works(surveys)
        place = Workplace(examples.uri, os.path.join(quarantine.uri, _SCRATCH))
        tf.io.gfile.makedirs(place.scratch)
        if policy.split_rule and policy.split_rule.mode == "newest":
            policy = self._with_border(policy, policy.split_rule, works, place, source)
        done = self._ingest(policy, works, place)
        # One more than a run may have: of data that is all bad the rest would fill the memory.
        all_bad_rows = chain.from_iterable(map(place.read_bad_rows, range(len(works))))
        bad_rows = list(islice(all_bad_rows, policy.max_quarantined_rows + 1))
        write_quarantine(quarantine.uri, bad_rows)
        left_out = leave_out(policy, len(works), place)
        splits = {split: count_records(examples.uri, split) for split in policy.splits}
        counts = count_rows(works, done, left_out, splits)
        if difference := imbalance(counts):
            raise FailureError(f"{difference}; nothing is trained on rows that got lost")
        check_rows(counts, bad_rows, source, policy)
        if policy.split_rule:
            check_splits(counts, source)
            write_split_rule(examples.uri, policy.split_rule)
        write_row_counts(examples.uri, counts)
        tf.io.gfile.rmtree(place.scratch)
        _describe(examples, counts)

    def _ingest(self, policy: RowPolicy, works: Sequence[Work], place: Workplace) -> list[Done]:
        """Works on all ranges, in any order and on any number of workers."""
        found = self._run(works, beam.ParDo(IngestRange(policy.to_json(), place)), place, _to_json)
        done = sorted((_from_json(values) for values in found), key=lambda each: each.number)
        if refusals := [each.refusal for each in done if each.refusal]:
            others = f" ({len(refusals) - 1} more cannot be read)" if refusals[1:] else ""
            raise DataError(f"{refusals[0]}{others}")
        if [each.number for each in done] != list(range(len(works))):
            raise FailureError(f"{len(works)} parts of the data were to be read, {len(done)} were")
        return done

    def _with_border(
        self,
        policy: RowPolicy,
        rule: SplitRule,
        works: Sequence[Work],
        place: Workplace,
        source: str,
    ) -> RowPolicy:
        """The policy with the day from which on rows are the newest ones."""
        found = self._run(works, beam.ParDo(CountDays(policy.to_json())), place, list)
        days: Counter[str] = Counter()
        for day, rows in found:
            days[day] += rows
        without = days.pop("", 0)
        if not days:
            raise DataError(
                f"{source}: data.split=newest needs dates, and none of the {without} usable rows "
                "has a date that begins YYYY-MM-DD; use data.split=hash"
            )
        border = find_border(days, rule.test_fraction)
        if not border:
            raise DataError(
                f"{source}: data.split=newest: the newest day, {max(days)}, has "
                f"{days[max(days)]} of {days.total()} rows, more than data.test_fraction = "
                f"{rule.test_fraction:g}; use data.split=hash, or raise the share"
            )
        return replace(policy, split_rule=replace(rule, border=border))

    def _run(
        self,
        works: Sequence[Work],
        transform: beam.PTransform,
        place: Workplace,
        to_json: Callable[[Any], Any],
    ) -> list[Any]:
        """What a Beam pipeline makes of the ranges, by way of a file, as JSON values."""
        path = os.path.join(place.scratch, _LISTED)
        with self._make_beam_pipeline() as pipeline:
            (
                pipeline
                | "Ranges" >> beam.Create(list(works))
                | "Spread" >> beam.Reshuffle()
                | transform
                | "ToJson" >> beam.Map(to_json)
                | "ToList" >> beam.combiners.ToList()
                | "List" >> beam.Map(lambda values: _write_json(path, values))
            )
        with tf.io.gfile.GFile(path) as file:
            return json.load(file)


def _write_json(path: str, values: Any) -> None:
    with tf.io.gfile.GFile(path, "w") as file:
        file.write(json.dumps(values))


def _to_json(done: Done) -> list[Any]:
    return [done.number, [[*key, rows] for key, rows in done.outcomes.items()], done.refusal]


def _from_json(values: list[Any]) -> Done:
    number, outcomes, refusal = values
    return Done(number, Counter({(name, of): rows for name, of, rows in outcomes}), refusal)


def _works(surveys: Sequence[FileSurvey]) -> list[Work]:
    ranges = [(survey, part) for survey in surveys for part in survey.ranges]
    return [Work(number, survey, part) for number, (survey, part) in enumerate(ranges)]


def _in_words(surveys: Sequence[FileSurvey]) -> str:
    first = surveys[0].path
    return first if len(surveys) == 1 else f"{first} and {len(surveys) - 1} more"


def _describe(examples: types.Artifact, counts: RowCounts) -> None:
    """What TFX and a look into ML Metadata show of the artifact."""
    examples.split_names = artifact_utils.encode_split_names(list(counts.splits))
    examples_utils.set_payload_format(examples, example_gen_pb2.FORMAT_TF_EXAMPLE)
    for name in ("read", "accepted", "quarantined"):
        examples.set_int_custom_property(f"rows_{name}", getattr(counts, name))
    for name in ("excluded", "left_out"):
        examples.set_int_custom_property(f"rows_{name}", sum(getattr(counts, name).values()))
