"""No text of others steers a terminal."""

import json
import unicodedata

import pytest

from components.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", r"\u001b[2Jgone"),
        ("two\nlines\r\tand a tab", r"two\nlines\r\tand a tab"),
        ("\x9b31m\x7f\x00", r"\u009b31m\u007f\u0000"),
        ("abc\u202edcba\u2066x\u2069", r"abc\u202edcba\u2066x\u2069"),
        ("\u2028\u2029\x85", r"\u2028\u2029\u0085"),
        ("half \ud83d", r"half \ud83d"),
    ],
)
def test_what_steers_a_terminal_is_spelt_out(text: str, shown: str):
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["", "Ünly “this” – 新聞", "👩‍👩‍👧 שלום \u200f", "C:\\new"])
def test_other_text_stays_as_it_is(text: str):
    assert printable(text) == text


def test_nothing_that_is_left_is_a_control_character_or_breaks_a_line():
    shown = printable("".join(map(chr, range(0x110000))))
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cs"} == set()
    assert len(shown.splitlines()) == 1


def test_a_json_text_stays_the_same_document():
    everything = "".join(map(chr, range(0x20, 0xD800))) + "\x00\n\t"
    text = json.dumps({everything: everything}, ensure_ascii=False)
    assert json.loads(printable(text)) == {everything: everything}
