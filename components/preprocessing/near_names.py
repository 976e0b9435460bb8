"""Names of categories that look alike: likely twins, and what an unknown one may stand for.

They are compared by words, for twins such as ARTS & CULTURE and CULTURE & ARTS have these in common
and hardly a letter in its place.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import combinations

_WORD = re.compile(r"[^\W_]+")
_EMPTY_WORDS = frozenset({"a", "and", "amp", "of", "or", "the", "und"})
_SHORTEST_STEM = 4  # letters; TECH and TECHNOLOGY have as many
_SAME_STEM = 0.6  # share of the longer word that both begin with: PARENTS and PARENTING
_TYPING_ERROR = 0.85  # difflib's ratio; ENTERTAINMENT and ENTERTAINMNET have 0.92
_FAR = 0.5


def find_twins(names: Iterable[str]) -> list[list[str]]:
    """Groups of names that are likely to mean the same.

    Returns:
        The groups, each of two names or more; both in the order of the names.
    """
    group_of = {name: [name] for name in names}
    words = {name: _words(name) for name in group_of}
    for one, other in combinations(group_of, 2):
        if group_of[one] is not group_of[other] and _are_twins(words[one], words[other]):
            joined = group_of[one] + group_of[other]
            group_of.update(dict.fromkeys(joined, joined))
    order = {name: place for place, name in enumerate(group_of)}
    groups = {id(group): sorted(group, key=order.__getitem__) for group in group_of.values()}
    return [group for group in groups.values() if len(group) > 1]


def find_nearest(name: str, known: Collection[str], most: int = 3) -> list[str]:
    """The known names that are most like a name, the nearest first; none that is far from it."""
    words, text = _words(name), " ".join(sorted(_words(name)))

    def likeness(other: str) -> float:
        other_words = _words(other)
        spelt = difflib.SequenceMatcher(None, text, " ".join(sorted(other_words))).ratio()
        return spelt + _are_twins(words, other_words)

    near = sorted(((likeness(other), other) for other in known), key=lambda pair: -pair[0])
    return [other for value, other in near[:most] if value > _FAR]


def _words(name: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(name.casefold()))
    return words - _EMPTY_WORDS or words


def _are_twins(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether all words of the name with fewer of them are in the other one."""
    fewer, more = sorted((one, other), key=len)
    return bool(fewer) and all(any(_are_alike(word, each) for each in more) for word in fewer)


@lru_cache(maxsize=1 << 16)
def _are_alike(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < _SHORTEST_STEM:
        return word == other
    common = next((n for n, letter in enumerate(shorter) if letter != longer[n]), len(shorter))
    if common == len(shorter) or common >= max(_SHORTEST_STEM, _SAME_STEM * len(longer)):
        return True
    return difflib.SequenceMatcher(None, word, other).ratio() >= _TYPING_ERROR
