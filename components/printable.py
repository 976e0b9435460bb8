"""Text of others, made fit for a terminal: what would steer it is shown instead."""

from __future__ import annotations

import re

# Control characters, line separators, overrides of the writing direction, half surrogate pairs.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def printable(text: str) -> str:
    r"""The text on one line, with `\n`, `\u001b` and the like spelt out; all else stays.

    They are spelt as JSON spells them, so that a JSON text stays the same document.
    """
    return _STEERING.sub(lambda found: _SHORT.get(found[0], f"\\u{ord(found[0]):04x}"), text)


def reason(error: BaseException) -> str:
    """What a library says of an error, on one line: the last, where TensorFlow has the reason."""
    return printable(str(error).strip().rpartition("\n")[2].strip()) or type(error).__name__
