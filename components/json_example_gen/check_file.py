"""A local data file, checked as JsonExampleGen will: what becomes of each row."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from components.article.names import check_fields
from components.errors import FailureError
from components.json_example_gen.check_rows import check_rows
from components.json_example_gen.quarantine import QuarantinedRow, quarantined_row
from components.json_example_gen.row_counts import RowCounts
from components.json_example_gen.row_policy import RowPolicy
from components.row_files.survey import read_file, survey_file


def check_file(path: Path, policy: RowPolicy) -> RowCounts:
    """Reads all rows, one by one: whether rows repeat others is not looked at.

    Args:
        path: of a file of rows.
        policy: of the run.

    Raises:
        DataError: a run would refuse the file; the message names the first bad lines.
    """
    bad_rows: list[QuarantinedRow] = []
    outcomes: Counter[tuple[str, str]] = Counter()
    survey = survey_file(str(path))
    labelled = policy.taxonomy is not None
    check_fields(read_file(survey), str(path), policy.text_fields, policy.field_names, labelled)
    for row in read_file(survey):
        outcome = policy.judge(row)
        outcomes.update(outcome.keys)
        if outcome.reason and len(bad_rows) <= policy.max_quarantined_rows:
            bad_rows.append(quarantined_row(str(path), row.line, outcome.reason, row.raw))
    counts = RowCounts.from_outcomes((*key, rows) for key, rows in outcomes.items())
    if counts.read != survey.rows:
        raise FailureError(f"{path}: {survey.rows:,} rows were counted, {counts.read:,} were read")
    check_rows(counts, bad_rows, str(path), policy)
    return counts
