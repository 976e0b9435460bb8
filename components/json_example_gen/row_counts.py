"""What became of the rows of a run: an account that has to balance, file by file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from components.duplicates.counts import DuplicateCounts
from components.files import read_document, write_document
from components.json_example_gen.rows import ACCEPTED, EMPTIED, QUARANTINED

_FILE, _FORMAT = "row_counts.json", 4


@dataclass(frozen=True)
class FileCounts:
    """One file.

    Attributes:
        path: of the file.
        size: in bytes.
        fingerprint: of its contents.
        read: rows that it holds, counted before they were read.
        accepted: see `RowCounts` for this and the others.
        excluded: of all categories.
        left_out: for all reasons.
        quarantined: see there.
    """

    path: str
    size: int
    fingerprint: str
    read: int
    accepted: int
    excluded: int
    left_out: int
    quarantined: int

    @property
    def missing(self) -> int:
        """Rows that nothing has become of; less than 0 for rows that came from nowhere."""
        return self.read - self.accepted - self.excluded - self.left_out - self.quarantined


@dataclass(frozen=True)
class RowCounts:
    """Rows by outcome.

    Attributes:
        read: rows of all files, counted before they were read.
        accepted: rows in the splits.
        quarantined: rows that cannot be used.
        excluded: rows that a rule of the taxonomy excludes, by category.
        left_out: rows that repeat or contradict others, by reason; see `find_repeated_rows`.
        emptied: accepted rows by the field that held no text, and was read as empty.
        splits: records of each split, counted when they had been written.
        files: the account of each file.
        duplicates: None where it was not looked for any.
    """

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    emptied: Mapping[str, int] = field(default_factory=dict)
    splits: Mapping[str, int] = field(default_factory=dict)
    files: Sequence[FileCounts] = ()
    duplicates: DuplicateCounts | None = None

    @classmethod
    def from_outcomes(cls, outcomes: Iterable[tuple[str, str, int]]) -> RowCounts:
        """Counts from triples alone: see `Outcome.keys`, and the rows of each."""
        accepted = quarantined = 0
        excluded: Counter[str] = Counter()
        emptied: Counter[str] = Counter()
        for outcome, name, rows in outcomes:
            if outcome == ACCEPTED:
                accepted += rows
            elif outcome == QUARANTINED:
                quarantined += rows
            elif outcome == EMPTIED:
                emptied[name] += rows
            else:
                excluded[name] += rows
        read = accepted + quarantined + sum(excluded.values())
        return cls(read, accepted, quarantined, dict(excluded), emptied=dict(emptied))

    @property
    def note(self) -> str:
        """What to say behind the counts: fields that were read as empty; '' if there are none."""
        if not self.emptied:
            return ""
        fields = [f"{name} ({rows:,})" for name, rows in sorted(self.emptied.items())]
        return f", unusable and read as empty: {', '.join(fields)}"


def imbalance(counts: RowCounts) -> str:
    """What does not add up: every row of a file, and every record of a split; '' if all does."""
    for file in counts.files:
        if file.missing:
            return (
                f"{file.path}: {file.read:,} rows were counted in it, and {file.accepted:,} were "
                f"accepted, {file.excluded:,} excluded, {file.left_out:,} left out and "
                f"{file.quarantined:,} quarantined: a difference of {file.missing:+,}"
            )
    written = sum(counts.splits.values())
    if written != counts.accepted:
        return (
            f"{counts.accepted:,} rows were accepted, and the files of the splits hold "
            f"{written:,} records: a difference of {counts.accepted - written:+,}"
        )
    return ""


def write_row_counts(examples_uri: str, counts: RowCounts) -> None:
    """Puts the counts beside the splits of an Examples artifact."""
    write_document(f"{examples_uri}/{_FILE}", _FORMAT, asdict(counts))


def read_row_counts(examples_uri: str) -> RowCounts:
    """The counts beside the splits of an Examples artifact.

    Raises:
        DocumentError: see `read_document`.
    """
    return read_document(f"{examples_uri}/{_FILE}", _FORMAT, _parse, parse_first=_parse_first)


def _parse(content: Mapping[str, Any]) -> RowCounts:
    if "outcomes" in content:  # formats 2 and 3
        return RowCounts.from_outcomes(map(tuple, content["outcomes"]))
    found = content["duplicates"]
    files = [FileCounts(**file) for file in content["files"]]
    return RowCounts(
        **{**content, "files": files, "duplicates": found and DuplicateCounts(**found)}
    )


def _parse_first(text: str) -> RowCounts:
    """A triple a line; a run that went on left one at least."""
    if not text:
        raise ValueError("empty")
    return RowCounts.from_outcomes(tuple(json.loads(line)) for line in text.splitlines())
