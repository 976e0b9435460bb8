"""A file with other names for our fields: read by them, and refused where they are not there."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from components.article.fields import FIELDS, TEXT_FIELDS
from components.article.names import check_fields, check_names
from components.article.row import RowError, parse_row
from components.errors import DataError
from components.row_files.raw_row import RawRow

NAMES = {"headline": "title", "short_description": "text", "category": "label"}
ROW = {"title": "Voters go", "text": "to the polls", "label": "POLITICS", "headline": "no"}


def test_the_fields_of_the_file_are_read_by_their_names():
    article = parse_row(json.dumps(ROW).encode(), TEXT_FIELDS, names=NAMES)
    assert article == {
        **dict.fromkeys(FIELDS, ""),
        "headline": "Voters go",
        "short_description": "to the polls",
        "category": "POLITICS",
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**ROW, "title": 3}, r"field 'title' \(our headline\) is not a string"),
        ({**ROW, "label": "\ud800"}, r"field 'label' \(our category\) has half a surrogate pair"),
        (
            {**ROW, "title": " ", "text": ""},
            r"no text: title \(our headline\) and text \(our short_description\) are empty$",
        ),
        (
            {"headline": "A"},
            r"no text: title \(our .*\) are empty; its fields are: headline$",
        ),
    ],
)
def test_a_reason_has_both_names(row: dict[str, object], reason: str):
    with pytest.raises(RowError, match=f"^{reason}"):
        parse_row(json.dumps(row).encode(), TEXT_FIELDS, names=NAMES)


def test_a_field_that_does_not_matter_is_emptied_under_our_name():
    emptied: list[str] = []
    row = json.dumps({**ROW, "published": 3}).encode()
    names = {**NAMES, "date": "published"}
    assert parse_row(row, TEXT_FIELDS, on_unusable=emptied.append, names=names)["date"] == ""
    assert emptied == ["date"]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ({"title": "headline"}, "'title' is none of our fields, link, headline, "),
        ({"headline": ""}, "headline needs the name of a field"),
        ({"headline": "a", "authors": "a"}, "field 'a' cannot be headline and authors$"),
        (
            {"headline": "short_description"},
            "field 'short_description' cannot be headline and short_description; name the field "
            "that is short_description as well",
        ),
    ],
)
def test_names_that_say_two_things_are_refused(names: Mapping[str, str], reason: str):
    with pytest.raises(ValueError, match=f"^{reason}"):
        check_names(names)


def test_names_may_be_exchanged():
    check_names({})
    check_names({"headline": "short_description", "short_description": "headline"})
    check_names(NAMES)


def rows(*contents: object, fault: str = "") -> list[RawRow]:
    lines = [json.dumps(content).encode() for content in contents]
    return [RawRow(number, line, line, fault) for number, line in enumerate(lines, 1)]


def test_a_field_that_no_row_has_is_refused_with_those_that_are_there():
    foreign = {"title": "A", "text": "B", "label": "C"}
    for names, message in {
        (("headline", "titel"), ("category", "label")): (
            "no row has the field 'titel' that data.fields gives for headline; "
            "its fields are: title, text, label"
        ),
        (("headline", "titel"), ("category", "labl")): (
            "no row has the fields 'titel' and 'labl' that data.fields gives for headline and "
            "category; its fields are: title, text, label"
        ),
        (("headline", "title"),): (
            "no row has the field 'category'; its fields are: title, text, label; map them with "
            "--set 'data.fields={category: ITS_FIELD}'"
        ),
        (): (
            "no row has the fields 'headline' and 'category'; its fields are: title, text, label; "
            "map them with --set 'data.fields={headline: ITS_FIELD, category: ITS_FIELD}'"
        ),
    }.items():
        with pytest.raises(DataError) as refused:
            check_fields(rows(foreign, foreign), "f.csv", TEXT_FIELDS, dict(names))
        assert str(refused.value) == f"f.csv: {message}"
    check_fields(rows(foreign), "f.csv", TEXT_FIELDS, NAMES)


def test_one_row_with_a_field_is_enough():
    article = {"headline": None, "category": "A"}
    check_fields(rows({"headline": "A"}, [], {"category": "A"}), "f", TEXT_FIELDS, {})
    with pytest.raises(DataError, match="the field 'published'"):
        check_fields(rows(article), "f", TEXT_FIELDS, {"date": "published"})
    check_fields(rows(article, {"published": "A"}), "f", TEXT_FIELDS, {"date": "published"})


def test_rows_to_predict_need_their_texts_alone():
    names = {**NAMES, "date": "published"}
    with pytest.raises(DataError, match="'title' and 'text' that"):
        check_fields(rows({"headline": "A"}), "f", TEXT_FIELDS, names, labelled=False)
    check_fields(rows({"title": "A", "text": "B"}), "f", TEXT_FIELDS, names, labelled=False)


def test_nothing_is_read_behind_the_row_that_has_all():
    whole = {"headline": "A", "category": "B"}

    def two():
        yield from rows(whole)
        pytest.fail("read on")

    check_fields(two(), "f", TEXT_FIELDS, {})


def test_a_file_without_an_object_is_for_others_to_refuse():
    check_fields([], "f", TEXT_FIELDS, NAMES)
    check_fields(rows([1], "a", {}), "f", TEXT_FIELDS, NAMES)
    check_fields(rows({"a": "b"}, fault="3 cells"), "f", TEXT_FIELDS, NAMES)


def test_a_file_of_absurd_names_is_described_in_short():
    with pytest.raises(DataError) as refused:
        check_fields(rows(*({f"{n}" * 999: ""} for n in range(500))), "f", TEXT_FIELDS, {})
    assert len(str(refused.value)) < 1_500
    assert ", ...; map" in str(refused.value)
