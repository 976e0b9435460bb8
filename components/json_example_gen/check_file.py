"""A local data file, checked as JsonExampleGen will: what becomes of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from components.article.names import check_fields
from components.errors import DataError
from components.json_example_gen.row_counts import QuarantinedRow, RowCounts, check_rows
from components.json_example_gen.rows import judge_row
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.local_file import open_local
from components.row_files.rows import numbered_rows


def check_file(
    path: Path,
    text_fields: Sequence[str],
    taxonomy: Taxonomy | None,
    unknown_category: str,
    max_quarantined_fraction: float,
    names: Mapping[str, str] = MappingProxyType({}),
) -> RowCounts:
    """Reads all rows.

    Args:
        path: of a file of rows.
        text_fields: see `parse_row`.
        taxonomy: of the run; None for rows to predict, which need no category.
        unknown_category: see `check_rows`.
        max_quarantined_fraction: see `check_rows`.
        names: see `parse_row`.

    Raises:
        DataError: a run would refuse the file; the message names the first bad lines.
    """
    bad_rows: list[QuarantinedRow] = []
    outcomes: Counter[tuple[str, str]] = Counter()
    try:
        with open_local(path) as file:
            rows = numbered_rows(file, str(path))
            check_fields(rows, str(path), text_fields, names, labelled=taxonomy is not None)
        with open_local(path) as file:
            for row in numbered_rows(file, str(path)):
                outcome = judge_row(row, text_fields, taxonomy, names)
                outcomes.update(outcome.keys)
                if outcome.reason:
                    bad_rows.append(QuarantinedRow(str(path), row.line, outcome.reason, text=""))
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    counts = RowCounts.from_outcomes((*key, rows) for key, rows in outcomes.items())
    check_rows(counts, bad_rows, str(path), unknown_category, max_quarantined_fraction)
    return counts
