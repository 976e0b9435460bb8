"""One line to a row, or to the reason why it is none."""

import json
import re

import pytest

from components.article.fields import TEXT_FIELDS
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


METADATA = ("link", "authors", "date")


@pytest.mark.parametrize("name", METADATA)
@pytest.mark.parametrize(
    "value",
    [b"1526256000000", b"NaN", b"-Infinity", b"9" * 5_000, b'["A"]', b"false", b'"\\ud800"'],
)
def test_unusable_metadata_is_read_as_empty_and_counted(name: str, value: bytes):
    outcome = judge(b'{"headline": "A", "category": "ARTS", "%b": %b}' % (name.encode(), value))
    assert outcome.article and outcome.article[name] == ""
    assert outcome.keys == [("accepted", ""), ("emptied", name)]


def test_missing_metadata_is_not_counted():
    assert judge(line(link=None, date="")).keys == [("accepted", "")]


def test_metadata_that_the_model_reads_is_text():
    fields = ("headline", "authors")
    assert judge_line(line(authors=3), fields, TAXONOMY).reason == "field 'authors' is not a string"


def test_the_category_of_a_row_to_predict_does_not_matter():
    for value in (3, "", "SPACE", None):
        assert judge_line(line(category=value), TEXT_FIELDS, None).name == "accepted"


def test_what_is_not_kept_may_hold_anything():
    article = judge(line(headline="x" * 3_000_000, more={"a": [1]})).article
    assert article and "more" not in article and len(article["headline"]) == 3_000_000


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
        (line(category="\x1b[2J" + "x" * 1_000_000), r"unknown category '\\x1b\[2J.{,80}'$"),
        (line(category=""), "field 'category' is empty"),
        (line(category=" \t"), "field 'category' is empty"),
        (line(category=None), "field 'category' is empty"),
        (b'{"headline": "A"}', "field 'category' is empty"),
        *(
            (line(**{field: value}), f"field '{field}' is not a string")
            for field in ("category", "headline", "short_description")
            for value in (0, 0.0, False, True, [], {}, ["ARTS"], float("nan"))
        ),
        (b'{"headline": "A", "category": "\\udc80"}', "'category' has half a surrogate pair"),
        (b"[" * 100_000, "not JSON"),
        (b'{"headline": "A", "category": "ARTS", "more": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"headline": "A", "category": "ARTS", "category": "ARTS"}', "'category' is there more"),
        (b'{"headline": "A", "category": "ARTS", "more": 1, "more": 2}', "'more' is there more"),
        (b'[{"headline": "A", "category": "ARTS"}]', "one object a line .*lines=True"),
        (b"[\n", "one object a line .*lines=True"),
        (b'\xef\xbb\xbf{"headline": "A", "category": "ARTS"}', "not JSON .*BOM"),
        (line(headline="x" * (16 << 20)), "longer than 16 MiB"),
    ],
)
def test_a_bad_line_has_a_reason(text: bytes, reason: str):
    outcome = judge(text)
    assert re.search(reason, outcome.reason)
    assert (outcome.name, outcome.article) == (QUARANTINED, None)


def test_a_description_alone_is_enough():
    article = judge(line(headline="", short_description="B")).article
    assert article and article["headline"] == ""
