"""Counts that add up, and data that is too bad to train on."""

import pytest

from components.errors import DataError
from components.json_example_gen.row_counts import QuarantinedRow, RowCounts, check_rows

UNKNOWN = QuarantinedRow("news.json", 7, "unknown category 'SPACE'", "{}")
BROKEN = QuarantinedRow("news.json", 9, "not JSON", "{")


def check(counts: RowCounts, rows: list[QuarantinedRow], unknown: str = "error") -> None:
    check_rows(counts, rows, "news.json", unknown, max_quarantined_fraction=0.01)


def test_counts_add_up_to_the_rows_read():
    outcomes = [("accepted", "", 5), ("excluded", "U.S. NEWS", 2), ("quarantined", "", 1)]
    counts = RowCounts.from_outcomes([*outcomes, ("emptied", "date", 4)])
    assert counts.read == 8
    assert counts.excluded == {"U.S. NEWS": 2}
    assert counts.emptied == {"date": 4}


def test_fields_that_were_read_as_empty_are_said():
    assert RowCounts(accepted=5).note == ""
    note = RowCounts(accepted=5_000, emptied={"link": 2, "date": 5_000}).note
    assert note == ", unusable and read as empty: date (5,000), link (2)"


def test_few_bad_rows_pass():
    check(RowCounts(accepted=999, quarantined=1), [BROKEN])


def test_an_unknown_category_names_file_line_and_remedy():
    with pytest.raises(DataError, match=r"news\.json:7: unknown category 'SPACE'.*taxonomy"):
        check(RowCounts(accepted=999, quarantined=1), [UNKNOWN])


def test_an_unknown_category_can_be_quarantined():
    check(RowCounts(accepted=999, quarantined=1), [UNKNOWN], unknown="quarantine")


def test_too_many_bad_rows_show_the_first():
    with pytest.raises(DataError, match=r"2 of 100 rows are unusable(.|\n)*news\.json:9: not JSON"):
        check(RowCounts(accepted=98, quarantined=2), [BROKEN])


def test_no_usable_row_is_an_error_even_without_bad_ones():
    with pytest.raises(DataError, match="none of the 3 rows read can be used"):
        check(RowCounts(accepted=0, excluded={"U.S. NEWS": 3}), [])
