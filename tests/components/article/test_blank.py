"""Texts without anything to read are empty, whatever invisible characters they are made of."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest

from components.article.blank import is_blank
from components.article.row import RowError, parse_row

INVISIBLE = {
    "nothing": "",
    "white space": " \t\r\n\u00a0\u2003\u3000\u2028\u2029\x0b\x0c\x1c\x85",
    "control characters": "\x00\x07\x1b\x7f\x9f",
    "zero-width space": "\u200b",
    "joiners": "\u200c\u200d\u2060\u034f",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "directions": "\u200e\u200f\u202e\u2066\u2069\u061c",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "Braille without a dot": "\u2800",
    "variation selectors": "\ufe0f\U000e0100\u180b",
    "tags": "\U000e0041\U000e007f",
    "inherent vowels": "\u17b4\u17b5",
    "an invisible plus": "\u2064",
    "a musical note without a head": "\U0001d159",
}


@pytest.mark.parametrize("kind", INVISIBLE)
def test_an_invisible_text_is_no_text(kind: str):
    text = INVISIBLE[kind]
    assert is_blank(text)
    row = json.dumps({"headline": text, "short_description": text}).encode()
    with pytest.raises(RowError, match="^no text"):
        parse_row(row, ("headline", "short_description"))
    assert parse_row(json.dumps({"headline": f"{text}Ä"}).encode(), ("headline",))


@pytest.mark.parametrize(
    "text", ["a", "!", "~", "Ä", "中", "한", "😀", "\u0301", "\ufffd", "।", "⠁"]
)
def test_a_visible_character_is_enough(text: str):
    assert not is_blank(text)
    assert not is_blank(f"\u200b {text}\ufe0f")


def test_no_letter_or_number_but_the_fillers_is_invisible():
    letters = {
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char)[0] in "LN" and is_blank(char)
    }
    assert letters == set("\u115f\u1160\u3164\uffa0")
