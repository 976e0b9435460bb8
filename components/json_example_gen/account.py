"""The account of a run's rows, from what each range has reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from components.json_example_gen.ingest import Done, Work
from components.json_example_gen.left_out import LeftOut
from components.json_example_gen.row_counts import FileCounts, RowCounts
from components.json_example_gen.rows import ACCEPTED, EXCLUDED, QUARANTINED


def count_rows(
    works: Sequence[Work], done: Sequence[Done], left_out: LeftOut, splits: Mapping[str, int]
) -> RowCounts:
    """Adds up.

    Args:
        works: all ranges.
        done: what became of each, in their order.
        left_out: what was taken out afterwards.
        splits: records of each split, counted in its files.
    """
    outcomes: Counter[tuple[str, str]] = Counter()
    files: dict[str, FileCounts] = {}
    for work, each, gone in zip(works, done, left_out.by_range, strict=True):
        outcomes.update(each.outcomes)
        survey = work.survey
        empty = FileCounts(survey.path, survey.size, survey.fingerprint, survey.rows, 0, 0, 0, 0)
        files[survey.path] = _add(files.get(survey.path, empty), each, gone)
    counts = RowCounts.from_outcomes((*key, rows) for key, rows in outcomes.items())
    return replace(
        counts,
        read=sum(file.read for file in files.values()),
        accepted=counts.accepted - sum(left_out.by_range),
        left_out=left_out.by_reason,
        splits=splits,
        files=list(files.values()),
        duplicates=left_out.duplicates,
    )


def _add(file: FileCounts, done: Done, gone: int) -> FileCounts:
    rows: Counter[str] = Counter()
    for (name, _), number in done.outcomes.items():
        rows[name] += number
    return replace(
        file,
        accepted=file.accepted + rows[ACCEPTED] - gone,
        excluded=file.excluded + rows[EXCLUDED],
        left_out=file.left_out + gone,
        quarantined=file.quarantined + rows[QUARANTINED],
    )
