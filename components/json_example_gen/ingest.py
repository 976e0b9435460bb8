"""One range of the data: its rows judged, written to their splits, indexed and counted.

No row travels between workers: a range writes files of its own, and says what it did. Doing it
again, as a runner may, replaces them with the same.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apache_beam as beam

from components.article.example import ArticleSerialiser
from components.article.fields import CATEGORY, DATE, FIELDS
from components.article.identity import article_words, identity_hash
from components.article.row import Article
from components.duplicates.row_index import RowIndex, RowIndexer
from components.errors import DataError
from components.files import open_file
from components.json_example_gen.quarantine import (
    QuarantinedRow,
    quarantined_row,
    read_quarantine,
    write_quarantine,
)
from components.json_example_gen.row_policy import RowPolicy
from components.json_example_gen.rows import Outcome
from components.json_example_gen.shards import ShardWriter
from components.row_files.survey import FileRange, FileSurvey, read_range
from components.split_rule import usable_date


@dataclass(frozen=True)
class Work:
    """A range to read; `number` counts all ranges of all files from 0."""

    number: int
    survey: FileSurvey
    part: FileRange


@dataclass(frozen=True)
class Done:
    """What became of a range.

    Attributes:
        number: of the range.
        outcomes: rows by `Outcome.keys`.
        refusal: why its file cannot be read; '' where it could.
    """

    number: int
    outcomes: Counter[tuple[str, str]]
    refusal: str = ""


@dataclass(frozen=True)
class Workplace:
    """Folders that ranges write to.

    Attributes:
        examples: of the Examples artifact.
        scratch: for what is joined when all ranges are done.
    """

    examples: str
    scratch: str

    def read_index(self, number: int) -> RowIndex:
        """The index of the rows that a range has accepted, in their order in each shard."""
        with open_file(self._index(number), "rb") as file:
            return RowIndex.load(file)

    def write_index(self, number: int, index: RowIndex) -> None:
        """Keeps the index of a range."""
        with open_file(self._index(number), "wb") as file:
            index.save(file)

    def read_bad_rows(self, number: int) -> Iterator[QuarantinedRow]:
        """The rows that a range has set aside."""
        return read_quarantine(self.scratch, f"{number:05}.jsonl")

    def write_bad_rows(self, number: int, rows: list[QuarantinedRow]) -> None:
        """Keeps the rows that a range has set aside."""
        write_quarantine(self.scratch, rows, f"{number:05}.jsonl")

    def _index(self, number: int) -> str:
        return os.path.join(self.scratch, f"{number:05}.npz")


class IngestRange(beam.DoFn):
    """Work -> Done.

    Args:
        policy: `RowPolicy.to_json`.
        place: where to write.
    """

    def __init__(self, policy: str, place: Workplace):
        self._policy_text, self._place = policy, place

    def setup(self) -> None:
        self._policy = RowPolicy.from_json(self._policy_text)
        if taxonomy := self._policy.taxonomy:
            self._category_number = _numbered(sorted(taxonomy.class_of))
            self._class_number = _numbered(taxonomy.class_names)

    def process(self, work: Work) -> Iterator[Done]:
        try:
            yield self._ingest(work)
        except DataError as error:
            # Handed on as a value: of an exception Beam would leave a text in a text.
            yield Done(work.number, Counter(), str(error))

    def _ingest(self, work: Work) -> Done:
        policy, path = self._policy, work.survey.path
        outcomes: Counter[tuple[str, str]] = Counter()
        bad_rows: list[QuarantinedRow] = []
        serialise = ArticleSerialiser(tuple(dict.fromkeys((*FIELDS, *policy.text_fields))))
        indexer = RowIndexer(with_words=policy.twin_similarity is not None)
        with ShardWriter(self._place.examples, policy.splits, work.number) as shards:
            for row in read_range(work.survey, work.part):
                outcome = self._place_by_date(policy.judge(row))
                outcomes.update(outcome.keys)
                if outcome.article:
                    identity = identity_hash(outcome.article, policy.text_fields)
                    split = self._index(indexer, outcome.article, identity)
                    shards.write(split, serialise(outcome.article, identity))
                elif outcome.reason and len(bad_rows) <= policy.max_quarantined_rows:
                    bad_rows.append(quarantined_row(path, row.line, outcome.reason, row.raw))
        if policy.split_rule:
            self._place.write_index(work.number, indexer.finish())
        self._place.write_bad_rows(work.number, bad_rows)
        return Done(work.number, outcomes)

    def _place_by_date(self, outcome: Outcome) -> Outcome:
        rule = self._policy.split_rule
        if not (outcome.article and rule and rule.mode == "newest"):
            return outcome
        if usable_date(outcome.article[DATE]):
            return outcome
        return Outcome.quarantined("no usable date, which data.split=newest needs")

    def _index(self, indexer: RowIndexer, article: Article, identity: str) -> int:
        rule, taxonomy = self._policy.split_rule, self._policy.taxonomy
        if not rule or not taxonomy:
            return 0
        split = rule.splits.index(rule.split_of(identity, usable_date(article[DATE])))
        category = article[CATEGORY]
        indexer.add(
            split,
            self._category_number[category],
            self._class_number[taxonomy.class_of[category]],
            identity,
            article_words(article, self._policy.text_fields),
        )
        return split


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


class CountDays(beam.DoFn):
    """Work -> (day, rows) of the rows that will be accepted, to find the border of the newest.

    Args:
        policy: `RowPolicy.to_json`.
    """

    def __init__(self, policy: str):
        self._policy_text = policy

    def process(self, work: Work) -> Iterator[tuple[str, int]]:
        policy = RowPolicy.from_json(self._policy_text)
        days: Counter[str] = Counter()
        try:
            for row in read_range(work.survey, work.part):
                if article := policy.judge(row).article:
                    days[usable_date(article[DATE])] += 1
        except DataError:
            return  # said when the range is ingested
        yield from days.items()
