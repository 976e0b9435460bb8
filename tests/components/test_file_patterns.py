"""A file's name as a pattern matches that file and no other, for all who read patterns."""

from __future__ import annotations

import re

import pytest
from tfx.components.example_gen import utils

from components.file_patterns import escape, unescape

NAMES = ["rows.json", "news[1].json", "a*?.json", "{SPAN}.json", "b\\c", "[[]", "]{}", "é %s #1"]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_escaped_is_shown_as_it_was(name: str):
    assert unescape(escape(name)) == name


def has_span(pattern: str) -> bool:
    """Whether TFX reads more than a pattern of files."""
    specifications = (utils.SPAN_FULL_REGEX, utils.VERSION_FULL_REGEX, *utils.DATE_SPECS)
    return any(re.search(specification, pattern) for specification in specifications)


@pytest.mark.parametrize("name", ["{SPAN}", "{SPAN:2}", "{VERSION}", "{YYYY}-{MM}-{DD}"])
def test_tfx_reads_no_span_into_a_name(name: str):
    assert has_span(name)
    assert not has_span(escape(name))
