"""Takes rows that repeat or contradict others out of the files that they were written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from components.duplicates.counts import DuplicateCounts
from components.duplicates.repeated_rows import REASONS, find_repeated_rows
from components.duplicates.row_index import RowIndex
from components.json_example_gen.ingest import Workplace
from components.json_example_gen.row_policy import RowPolicy
from components.json_example_gen.shards import keep_records, shard_path


@dataclass(frozen=True)
class LeftOut:
    """Rows that were taken out.

    Attributes:
        by_range: how many of each range.
        by_reason: how many for each reason, with the split in front.
        duplicates: of all rows; None where it was not looked for any.
    """

    by_range: Sequence[int]
    by_reason: Mapping[str, int] = field(default_factory=dict)
    duplicates: DuplicateCounts | None = None


def leave_out(policy: RowPolicy, ranges: int, place: Workplace) -> LeftOut:
    """Compares all rows, and rewrites the shards that have rows to leave out.

    Args:
        policy: of the run.
        ranges: that have been ingested.
        place: where they have written to.
    """
    if not policy.split_rule:
        return LeftOut([0] * ranges)
    index, ends = _read_all(ranges, place)
    repeated = find_repeated_rows(index, policy.conflicts, policy.twin_similarity)
    reasons: Counter[str] = Counter()
    reason_of, split_of = np.split(repeated.left_out, ends), np.split(index.split, ends)
    for number, (reason, splits) in enumerate(zip(reason_of, split_of, strict=True)):
        for split, name in enumerate(policy.splits):
            of_split = reason[splits == split]
            if of_split.any():
                keep_records(shard_path(place.examples, name, number), of_split == 0)
                reasons.update(f"{name}: {REASONS[each - 1]}" for each in of_split[of_split > 0])
    by_range = [int((reason > 0).sum()) for reason in reason_of]
    return LeftOut(by_range, dict(sorted(reasons.items())), repeated.counts)


def _read_all(ranges: int, place: Workplace) -> tuple[RowIndex, np.ndarray]:
    """The rows of all ranges, and where those of each but the last end."""
    parts = [place.read_index(number) for number in range(ranges)]
    return RowIndex.join(parts), np.cumsum([len(part) for part in parts])[:-1]
