"""What became of the rows of a run: counts that add up, and the rule on how many may be bad."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.errors import DataError
from components.files import read_document, write_document
from components.json_example_gen.rows import ACCEPTED, EMPTIED, QUARANTINED, UNKNOWN_CATEGORY

_FILE, _FORMAT = "row_counts.json", 3


@dataclass(frozen=True)
class QuarantinedRow:
    """A line that is not a usable row, with its place (lines count from 1) and the reason."""

    file: str
    line: int
    reason: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class RowCounts:
    """Rows by outcome; `excluded` by category. They add up to the rows read.

    Attributes:
        emptied: accepted rows by the field that held no text, and was read as empty.
    """

    accepted: int = 0
    quarantined: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    emptied: Mapping[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        return self.accepted + self.quarantined + sum(self.excluded.values())

    @classmethod
    def from_outcomes(cls, outcomes: Iterable[tuple[str, str, int]]) -> RowCounts:
        """Counts from triples: see `Outcome.keys`, and the rows of each."""
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
        return cls(accepted, quarantined, excluded, emptied)

    @property
    def note(self) -> str:
        """What to say behind the counts: fields that were read as empty; '' if there are none."""
        if not self.emptied:
            return ""
        fields = [f"{name} ({rows:,})" for name, rows in sorted(self.emptied.items())]
        return f", unusable and read as empty: {', '.join(fields)}"


def write_row_counts(examples_uri: str, outcomes: Iterable[tuple[str, str, int]]) -> None:
    """Puts the triples of `RowCounts.from_outcomes` beside the splits of an Examples artifact."""
    write_document(f"{examples_uri}/{_FILE}", _FORMAT, {"outcomes": sorted(outcomes)})


def read_row_counts(examples_uri: str) -> RowCounts:
    """The counts beside the splits of an Examples artifact.

    Raises:
        DocumentError: see `read_document`.
    """
    return read_document(
        f"{examples_uri}/{_FILE}",
        _FORMAT,
        lambda content: RowCounts.from_outcomes(map(tuple, content["outcomes"])),
        parse_first=_parse_first,
    )


def _parse_first(text: str) -> RowCounts:
    """A triple a line; a run that went on left one at least."""
    if not text:
        raise ValueError("empty")
    return RowCounts.from_outcomes(tuple(json.loads(line)) for line in text.splitlines())


def check_rows(
    counts: RowCounts,
    examples_of_bad_rows: list[QuarantinedRow],
    source: str,
    unknown_category: str,
    max_quarantined_fraction: float,
) -> None:
    """Refuses data that is too bad to train on.

    Args:
        counts: what became of the rows.
        examples_of_bad_rows: quarantined rows to show, in the order of the data.
        source: the file or glob that was read.
        unknown_category: 'error' or 'quarantine'.
        max_quarantined_fraction: largest share of quarantined rows, of those read.

    Raises:
        DataError: no row is left; or an unknown category that is an error; or too many
            quarantined rows. The message names file, line and remedy.
    """
    unknown = [row for row in examples_of_bad_rows if row.reason.startswith(UNKNOWN_CATEGORY)]
    if unknown and unknown_category == "error":
        raise DataError(
            f"{unknown[0]}; add it to a class of the taxonomy (data.taxonomy), "
            "or set rows like it aside with --set data.unknown_category=quarantine"
        )
    shown = "".join(f"\n  {row}" for row in examples_of_bad_rows[:5])
    if not counts.accepted:
        raise DataError(
            f"{source}: none of the {counts.read} rows read can be used "
            f"({counts.quarantined} quarantined, {sum(counts.excluded.values())} excluded){shown}"
        )
    if counts.quarantined > max_quarantined_fraction * counts.read:
        raise DataError(
            f"{source}: {counts.quarantined} of {counts.read} rows are unusable, more than "
            f"data.max_quarantined_fraction = {max_quarantined_fraction:g} allows; "
            f"mend them or raise the bound. The first:{shown}"
        )
