"""Names of files in the pattern language that Python, TensorFlow, Beam and TFX have in common."""

from __future__ import annotations

import re

# `{` is TFX's, for {SPAN} and the like. In brackets a character stands for itself, a backslash
# where it is there twice.
_SPECIAL = re.compile(r"[*?\[{\\]")
_ESCAPED = re.compile(r"\[(\\\\|[*?\[{])\]")


def escape(path: str) -> str:
    """The pattern that matches this path alone."""
    return _SPECIAL.sub(lambda found: f"[{found[0].replace(chr(92), chr(92) * 2)}]", path)


def unescape(pattern: str) -> str:
    """What was escaped, to be shown."""
    return _ESCAPED.sub(lambda found: found[1][0], pattern)
