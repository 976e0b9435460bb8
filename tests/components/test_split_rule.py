"""Splits follow the identity alone, and their rule proves what was learnt from."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.split_rule import (
    SplitRule,
    find_border,
    read_split_rule,
    usable_date,
    write_split_rule,
)

RULE = SplitRule("hash", eval_fraction=0.1, test_fraction=0.1)
NEWEST = replace(RULE, mode="newest", border="2020-01-01")
HASHES = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(3_000)]


def split(rule: SplitRule, date: str = "") -> list[str]:
    return [rule.split_of(each, date) for each in HASHES]


def test_shares_are_those_asked_for():
    assert RULE.splits == ("train", "eval", "test")
    counts = Counter(split(replace(RULE, eval_fraction=0.2)))
    assert abs(counts["test"] - 300) < 50 and abs(counts["eval"] - 600) < 70


def test_without_a_test_split_there_are_two():
    rule = replace(RULE, test_fraction=0.0)
    assert rule.splits == ("train", "eval") and set(split(rule)) == {"train", "eval"}


@given(st.floats(0, 0.4), st.floats(0, 0.4), st.floats(0.01, 0.4), st.floats(0.01, 0.4))
def test_larger_shares_take_from_train_alone(
    test: float, more_test: float, eval_: float, more_eval: float
):
    small, large = sorted([test, more_test]), sorted([eval_, more_eval])
    before = split(SplitRule("hash", large[0], small[0]))
    after = split(SplitRule("hash", large[1], small[1]))
    assert {(old, new) for old, new in zip(before, after, strict=True) if old != new} <= {
        ("train", "test"),
        ("train", "eval"),
    }


def test_the_newest_rows_are_tested_and_the_past_is_split_by_hash():
    assert set(split(NEWEST, "2020-01-01")) == {"test"}
    assert set(split(NEWEST, "2019-12-31")) == {"train", "eval"}


def test_an_article_passes_from_test_to_train_and_never_back():
    later = replace(NEWEST, border="2021-06-01")
    for date in ("2019-01-01", "2020-06-01", "2021-06-01"):
        for old, new in zip(split(NEWEST, date), split(later, date), strict=True):
            assert new == old or old == "test"


def test_the_border_leaves_the_share_at_most():
    days = {"2020-01-01": 80, "2020-01-02": 10, "2020-01-03": 9, "2020-01-04": 1}
    assert find_border(days, 0.1) == "2020-01-03"
    assert find_border(days, 0.2) == "2020-01-02"
    assert find_border({"2020-01-01": 5, "2020-01-02": 5}, 0.1) == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-05-26", "2018-05-26"),
        ("2018-05-26T10:00:00Z", "2018-05-26"),
        ("2018-05-26 00:00:00", "2018-05-26"),
        *((text, "") for text in ("", "26.05.2018", "2018-13-01", "2018-02-30", "18-05-26", "x")),
    ],
)
def test_a_date_is_usable_or_none(text: str, day: str):
    assert usable_date(text) == day


def test_a_model_is_comparable_where_its_rule_proves_that_it_learnt_no_row_judged_today():
    assert RULE.reason_against(RULE) == ""
    assert RULE.reason_against(replace(RULE, test_fraction=0.2, eval_fraction=0.3)) == ""
    assert RULE.reason_against(replace(RULE, eval_fraction=0.01)) == ""
    assert NEWEST.reason_against(replace(NEWEST, border="2019-06-01")) == ""
    on_eval = replace(RULE, test_fraction=0.0)
    assert on_eval.reason_against(RULE) == ""


@pytest.mark.parametrize(
    ("trained", "today", "reason"),
    [
        (None, RULE, "before splits were recorded"),
        (replace(RULE, test_fraction=0.05), RULE, "judged today: .* test_fraction 0.05"),
        (replace(RULE, test_fraction=0.0), RULE, "judged today"),
        (RULE, NEWEST, "split by hash, and today's are by newest"),
        (NEWEST, RULE, "split by newest"),
        (replace(NEWEST, border="2020-01-02"), NEWEST, "up to 2020-01-02, after 2020-01-01"),
        (replace(RULE, identity=0), RULE, "identities of version 0"),
        (RULE, replace(RULE, test_fraction=0.0, eval_fraction=0.2), "judged today"),
    ],
)
def test_a_model_that_may_have_learnt_them_is_not(
    trained: SplitRule | None, today: SplitRule, reason: str
):
    assert re.search(reason, today.reason_against(trained))


def test_comparability_is_what_the_splits_say():
    for test in (0.0, 0.05, 0.2):
        for eval_ in (0.05, 0.3):
            trained = SplitRule("hash", eval_, test)
            learnt = {h for h, s in zip(HASHES, split(trained), strict=True) if s == "train"}
            judged = {h for h, s in zip(HASHES, split(RULE), strict=True) if s == "test"}
            assert bool(learnt & judged) == bool(RULE.reason_against(trained))


def test_a_rule_is_kept_in_a_folder(tmp_path: Path):
    assert read_split_rule(str(tmp_path)) is None
    write_split_rule(str(tmp_path), NEWEST)
    assert read_split_rule(str(tmp_path)) == NEWEST
