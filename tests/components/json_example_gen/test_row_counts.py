"""Counts that have to balance, and data that is too bad to train on."""

from dataclasses import replace

import pytest

from components.article.fields import TEXT_FIELDS
from components.errors import DataError
from components.files import DocumentError
from components.json_example_gen.check_rows import check_rows
from components.json_example_gen.quarantine import (
    QuarantinedRow,
    quarantined_row,
    read_quarantine,
    write_quarantine,
)
from components.json_example_gen.row_counts import FileCounts, RowCounts, imbalance
from components.json_example_gen.row_policy import RowPolicy
from components.preprocessing.taxonomy import Taxonomy
from components.split_rule import SplitRule

UNKNOWN = QuarantinedRow("news.json", 7, "unknown category 'SPACE'")
BROKEN = QuarantinedRow("news.json", 9, "not JSON")
POLICY = RowPolicy(TEXT_FIELDS, None, None, max_quarantined_fraction=0.01)
FILE = FileCounts("news.json", 10, "abc", 9, accepted=4, excluded=2, left_out=2, quarantined=1)
BALANCED = RowCounts(read=9, accepted=4, splits={"train": 3, "test": 1}, files=[FILE])


def check(counts: RowCounts, rows: list[QuarantinedRow], policy: RowPolicy = POLICY) -> None:
    check_rows(counts, rows, "news.json", policy)


def test_outcomes_add_up():
    outcomes = [("accepted", "", 5), ("excluded", "U.S. NEWS", 2), ("quarantined", "", 1)]
    counts = RowCounts.from_outcomes([*outcomes, ("emptied", "date", 4)])
    assert counts.read == 8
    assert counts.excluded == {"U.S. NEWS": 2}
    assert counts.emptied == {"date": 4}


def test_an_account_that_balances():
    assert imbalance(BALANCED) == ""


@pytest.mark.parametrize("field", ["read", "accepted", "excluded", "left_out", "quarantined"])
@pytest.mark.parametrize("difference", [-1, 1])
def test_one_row_more_or_less_of_a_file_is_named(field: str, difference: int):
    file = replace(FILE, **{field: getattr(FILE, field) + difference})
    missing = difference if field == "read" else -difference
    said = imbalance(replace(BALANCED, files=[FILE, file]))
    assert said.startswith("news.json: ") and said.endswith(f"a difference of {missing:+}")


def test_one_record_more_or_less_of_a_split_is_named():
    said = imbalance(replace(BALANCED, splits={"train": 3, "test": 2}))
    assert "4 rows were accepted, and the files of the splits hold 5 records" in said


def test_fields_that_were_read_as_empty_are_said():
    assert RowCounts(accepted=5).note == ""
    note = RowCounts(accepted=5_000, emptied={"link": 2, "date": 5_000}).note
    assert note == ", unusable and read as empty: date (5,000), link (2)"


def test_few_bad_rows_pass():
    check(RowCounts(read=1_000, accepted=999, quarantined=1), [BROKEN])


def test_an_unknown_category_names_file_line_and_remedy():
    with pytest.raises(DataError, match=r"news\.json:7: unknown category 'SPACE'.*taxonomy"):
        check(RowCounts(read=1_000, accepted=999, quarantined=1), [UNKNOWN])


def test_an_unknown_category_can_be_quarantined():
    policy = replace(POLICY, unknown_category="quarantine")
    check(RowCounts(read=1_000, accepted=999, quarantined=1), [UNKNOWN], policy)


def test_too_many_bad_rows_show_the_first():
    with pytest.raises(DataError, match=r"2 of 100 rows are unusable(.|\n)*news\.json:9: not JSON"):
        check(RowCounts(read=100, accepted=98, quarantined=2), [BROKEN])


def test_no_usable_row_is_an_error_even_without_bad_ones():
    with pytest.raises(DataError, match="none of the 3 rows read can be used"):
        check(RowCounts(read=3, excluded={"U.S. NEWS": 3}), [])


def test_a_quarantined_row_keeps_its_bytes_and_a_huge_one_its_beginning(tmp_path):
    rows = [
        quarantined_row("a", 1, "x", b"\xff\x00\n"),
        quarantined_row("a", 2, "y", b"z" * 99_999),
    ]
    write_quarantine(str(tmp_path), rows)
    small, huge = read_quarantine(str(tmp_path))
    assert small == rows[0] and small.raw == b"\xff\x00\n"
    assert (len(huge.raw), huge.size) == (1 << 16, 99_999)


def test_the_quarantine_of_an_older_run_is_read(tmp_path):
    line = '{"file": "a", "line": 3, "reason": "not JSON", "text": "{"}\n'
    (tmp_path / "quarantine.jsonl").write_text(line)
    (row,) = read_quarantine(str(tmp_path))
    assert (str(row), row.text) == ("a:3: not JSON", "{")


@pytest.mark.parametrize("line", ["{}", '{"file": "a"', "null", "[]", ""])
def test_a_damaged_quarantine_is_named_with_its_line(tmp_path, line):
    (tmp_path / "quarantine.jsonl").write_text(f"{line}\n")
    with pytest.raises(DocumentError, match=r"quarantine\.jsonl:1: is damaged"):
        list(read_quarantine(str(tmp_path)))


def test_a_policy_travels_as_text():
    taxonomy = Taxonomy({"ARTS": "ARTS & CULTURE"}, frozenset({"U.S. NEWS"}))
    rule = SplitRule("newest", 0.1, 0.2, border="2020-01-01")
    policy = RowPolicy(list(TEXT_FIELDS), taxonomy, rule, field_names={"headline": "title"})
    assert RowPolicy.from_json(policy.to_json()) == policy
    assert RowPolicy.from_json(POLICY.to_json()).splits == ("batch",)
