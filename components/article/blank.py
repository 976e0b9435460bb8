"""Whether a text has anything to read, by Unicode's categories."""

from __future__ import annotations

import re
import unicodedata

_VISIBLE_ASCII = re.compile("[!-~]")
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
# Invisible ones that Unicode counts as letters, marks or symbols: joiner, Hangul fillers, inherent
# vowels of Khmer, variation selectors, Braille without a dot, a note without a head.
_UNSEEN_TOO = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U0001d159\U000e0000-\U000e0fff]"
)


def is_blank(text: str) -> bool:
    """Whether all characters are white space, control or format characters, or fillers."""
    return not _VISIBLE_ASCII.search(text) and all(map(_is_unseen, text))


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or bool(_UNSEEN_TOO.match(character))
