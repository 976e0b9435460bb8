"""Sets of Unicode code points: walking through them, and writing them for RE2."""

from collections.abc import Iterator

import numpy as np

CODE_POINTS = 0x110000
BLOCK = 256
# UTF-8 has no surrogates, so no text can contain one.
_SURROGATES = range(0xD800, 0xE000)


def blocks() -> Iterator[tuple[int, str]]:
    """Yields every character there is, 256 neighbours at a time.

    Neighbours are mostly of one kind, so one question to `tokenizers` settles most blocks.

    Yields:
        The first code point of a block, and its characters.
    """
    for start in range(0, CODE_POINTS, BLOCK):
        if start not in _SURROGATES:
            yield start, "".join(map(chr, range(start, start + BLOCK)))


def regex_ranges(members: np.ndarray) -> str:
    r"""Writes a set as the inside of an RE2 character class, such as `\x{41}-\x{5a}`.

    Explicit ranges, where `\p{L}` would mean whatever Unicode version RE2 was built with.

    Args:
        members: bool [CODE_POINTS], true for each code point in the set.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], members, [False]]).astype(np.int8)))
    return "".join(rf"\x{{{first:x}}}-\x{{{end - 1:x}}}" for first, end in edges.reshape(-1, 2))
