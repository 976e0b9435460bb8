"""One line to a row, or to the reason why it is none."""

import json
import re

import pytest

from components.article.fields import TEXT_FIELDS
from components.article.row import partition_key
from components.json_example_gen.rows import EXCLUDED, QUARANTINED, Outcome, judge_line
from components.preprocessing.taxonomy import Taxonomy

TAXONOMY = Taxonomy(class_of={"ARTS": "ARTS & CULTURE"}, excluded=frozenset({"U.S. NEWS"}))


def line(**fields: object) -> bytes:
    return json.dumps({"headline": "A", "category": "ARTS", **fields}).encode()


def judge(text: bytes) -> Outcome:
    return judge_line(text, TEXT_FIELDS, TAXONOMY)


def test_missing_and_null_fields_are_empty_strings():
    assert judge(line(authors=None)).article == {
        "link": "",
        "headline": "A",
        "category": "ARTS",
        "short_description": "",
        "authors": "",
        "date": "",
    }


def test_an_excluded_category_is_told_apart_from_a_bad_row():
    assert judge(line(category="U.S. NEWS")) == Outcome(EXCLUDED, category="U.S. NEWS")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"{", "not JSON"),
        (b'["ARTS"]', "not a JSON object"),
        (b'{"headline": "\xff"}', "not UTF-8 \\(byte 14\\)"),
        (line(headline=3), "field 'headline' is not a string"),
        (b'{"headline": "\\ud800", "category": "ARTS"}', "half a surrogate pair"),
        (line(headline=" ", short_description="\n"), "no text"),
        (line(category="SPACE"), "unknown category 'SPACE'"),
        (line(category=""), "unknown category ''"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_has_a_reason(text: bytes, reason: str):
    outcome = judge(text)
    assert re.search(reason, outcome.reason)
    assert (outcome.name, outcome.article) == (QUARANTINED, None)


def test_a_description_alone_is_enough():
    article = judge(line(headline="", short_description="B")).article
    assert article and article["headline"] == ""


def test_the_partition_key_ignores_case_space_and_other_fields():
    first = {"headline": "Senate  Passes\tBudget ", "short_description": "x", "date": "2018-01-01"}
    second = {"headline": "senate passes budget", "short_description": "y", "date": ""}
    for article in (first, second):
        assert partition_key(article, TEXT_FIELDS) == "senate passes budget"
    assert (
        partition_key({"headline": "", "short_description": "Only This"}, TEXT_FIELDS)
        == "only this"
    )
