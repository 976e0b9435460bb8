"""A local data file, checked as JsonExampleGen will: what becomes of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from components.errors import DataError
from components.json_example_gen.row_counts import QuarantinedRow, RowCounts, check_rows
from components.json_example_gen.rows import judge_line
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.lines import numbered_lines


def check_file(
    path: Path,
    text_fields: Sequence[str],
    taxonomy: Taxonomy | None,
    unknown_category: str,
    max_quarantined_fraction: float,
) -> RowCounts:
    """Reads all rows.

    Args:
        path: JSON lines, plain or compressed.
        text_fields: see `parse_row`.
        taxonomy: of the run; None for rows to predict, which need no category.
        unknown_category: see `check_rows`.
        max_quarantined_fraction: see `check_rows`.

    Raises:
        DataError: a run would refuse the file; the message names the first bad lines.
    """
    bad_rows: list[QuarantinedRow] = []
    outcomes: Counter[tuple[str, str]] = Counter()
    try:
        with path.open("rb") as file:
            for number, line in numbered_lines(file, str(path)):
                outcome = judge_line(line, text_fields, taxonomy)
                outcomes.update(outcome.keys)
                if outcome.reason:
                    bad_rows.append(QuarantinedRow(str(path), number, outcome.reason, text=""))
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    counts = RowCounts.from_outcomes((*key, rows) for key, rows in outcomes.items())
    check_rows(counts, bad_rows, str(path), unknown_category, max_quarantined_fraction)
    return counts
