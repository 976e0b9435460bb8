"""Text of others, made fit for a terminal: what would steer it is shown instead."""

from __future__ import annotations

import re

# Control characters, line separators, overrides of the writing direction, half surrogate pairs.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text on one line, with `\x1b`, `\n` and the like spelt out; all else stays as it is."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
