"""Data that is too bad to learn from is refused, with file, line and remedy."""

from __future__ import annotations

from collections.abc import Sequence

from components.errors import DataError
from components.json_example_gen.quarantine import QuarantinedRow
from components.json_example_gen.row_counts import RowCounts
from components.json_example_gen.row_policy import RowPolicy
from components.json_example_gen.rows import UNKNOWN_CATEGORY
from components.splits import TEST, TRAIN

_SHOWN = 5


def check_rows(
    counts: RowCounts, bad_rows: Sequence[QuarantinedRow], source: str, policy: RowPolicy
) -> None:
    """Applies the policy.

    Args:
        counts: what became of the rows.
        bad_rows: quarantined rows, the first ones at least, in the order of the data.
        source: the files, in words.
        policy: of the run.

    Raises:
        DataError: no row is left; or an unknown category that is an error; or too many
            quarantined rows. The message names file, line and remedy.
    """
    unknown = [row for row in bad_rows if row.reason.startswith(UNKNOWN_CATEGORY)]
    if unknown and policy.unknown_category == "error":
        raise DataError(
            f"{unknown[0]}; `newscat taxonomy check --data FILE` lists all unknown categories: add "
            "each to a class of the taxonomy (data.taxonomy), or set rows like it aside with --set "
            "data.unknown_category=quarantine"
        )
    shown = "".join(f"\n  {row}" for row in bad_rows[:_SHOWN])
    if not counts.accepted:
        raise DataError(
            f"{source}: none of the {counts.read} rows read can be used ({counts.quarantined} "
            f"quarantined, {sum(counts.excluded.values())} excluded, "
            f"{sum(counts.left_out.values())} left out){shown}"
        )
    most = policy.max_quarantined_fraction
    if counts.quarantined > most * counts.read:
        raise DataError(
            f"{source}: {counts.quarantined} of {counts.read} rows are unusable, more than "
            f"data.max_quarantined_fraction = {most:g} allows; "
            f"mend them or raise the bound. The first:{shown}"
        )
    if counts.quarantined > policy.max_quarantined_rows:
        raise DataError(
            f"{source}: {counts.quarantined} rows are unusable, more than "
            f"data.max_quarantined_rows = {policy.max_quarantined_rows} allows; "
            f"mend them or raise the bound. The first:{shown}"
        )


def check_splits(counts: RowCounts, source: str) -> None:
    """Refuses rows of which a split gets none.

    Args:
        counts: with the records of each split.
        source: the files, in words.

    Raises:
        DataError: a split is empty.
    """
    for split, records in counts.splits.items():
        if records:
            continue
        prefix = f"{split}: "
        gone = {name: rows for name, rows in counts.left_out.items() if name.startswith(prefix)}
        if gone:
            reasons = [f"{name.removeprefix(prefix)} ({rows})" for name, rows in gone.items()]
            raise DataError(
                f"{source}: all rows of the split {split!r} were left out: {', '.join(reasons)}; "
                "give more rows, or set data.twin_similarity or data.conflicts otherwise"
            )
        setting = "eval_fraction" if split == TRAIN else f"{split}_fraction"
        raise DataError(
            f"{source}: none of the {counts.accepted} usable rows falls into the split "
            f"{split!r}; rows with one link, or without any and with one headline, stay together: "
            f"give more of them, or change its share with --set data.{setting}=..."
            + (", or judge on eval with --set data.test_fraction=0" if split == TEST else "")
        )
