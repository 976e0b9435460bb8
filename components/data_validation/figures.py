"""The figures in which two sets of rows are compared, one table: what is measured, words, bound."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from components.data_validation.profile import DataProfile, RowFigures

_STANDARD_ERRORS = 2.33  # one-sided 99 %; honest rows have no change at all, and the bound beside


@dataclass(frozen=True)
class Change:
    """How a figure changed.

    Attributes:
        of: what it is a figure of, '' where its name says so.
        now: the value.
        before: the value that it is compared with.
        size: of the change; of a share what of it the rows prove.
    """

    of: str
    now: float
    before: float
    size: float


class Basis(Enum):
    """What two profiles must have in common for a figure to mean the same in both."""

    LABELS = "another taxonomy"
    TEXTS = "other text fields"
    WORDS = "another tokenizer"
    NOTHING = ""

    def is_shared(self, one: DataProfile, other: DataProfile) -> bool:
        """Whether they have it in common."""
        same_texts = list(one.text_fields) == list(other.text_fields)
        return {
            Basis.LABELS: one.class_of == other.class_of,
            Basis.TEXTS: same_texts,
            Basis.WORDS: same_texts and one.tokenizer == other.tokenizer,
            Basis.NOTHING: True,
        }[self]


@dataclass(frozen=True)
class Figure:
    """A figure of rows.

    Attributes:
        rule: name of the rule that bounds its change.
        words: the figure in plain words; `of` is what it is a figure of.
        allowed: the bound in plain words.
        policy_field: of `ValidationPolicy`, the bound.
        basis: what it rests on.
        compare: makes the change, of the taxonomy's classes, the rows of now and those before.
        decimals: that its values are shown with.
    """

    rule: str
    words: str
    allowed: str
    policy_field: str
    basis: Basis
    compare: Callable[[Mapping[str, str], RowFigures, RowFigures], Change]
    decimals: int = 3


def proved_change(part: float, rows: float, part_before: float, rows_before: float) -> Change:
    """The change of a share, and what of it is more than chance.

    The size is |p - q| less 2.33 standard errors of the difference of two proportions, pooled.

    Args:
        part: rows that the share counts, of `rows`.
        rows: at least 1.
        part_before: the same of the rows that it is compared with.
        rows_before: at least 1.
    """
    now, before = part / rows, part_before / rows_before
    pooled = (part + part_before) / (rows + rows_before)
    error = math.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / rows_before))
    return Change("", now, before, max(0.0, abs(now - before) - _STANDARD_ERRORS * error))


def _class_share(class_of: Mapping[str, str], now: RowFigures, before: RowFigures) -> Change:
    """Of the class whose share changed most."""
    classes, classes_before = rows_by_class(class_of, now), rows_by_class(class_of, before)
    changes = (
        (name, proved_change(classes[name], now.rows, classes_before[name], before.rows))
        for name in classes
    )
    name, change = max(changes, key=lambda each: (each[1].size, each[0]))
    return Change(name, change.now, change.before, change.size)


def rows_by_class(class_of: Mapping[str, str], figures: RowFigures) -> Counter[str]:
    """Rows of every class of a taxonomy."""
    rows = Counter(dict.fromkeys(class_of.values(), 0))
    for category, count in figures.categories.items():
        if category in class_of:
            rows[class_of[category]] += count
    return rows


def _factor(now: float, before: float) -> Change:
    """How many times the one is the other; of 0 it is as of 1."""
    larger, smaller = max(now, before), min(now, before)
    return Change("", now, before, (larger or 1) / (smaller or 1))


def _text_length(class_of: Mapping[str, str], now: RowFigures, before: RowFigures) -> Change:
    return _factor(now.characters.median, before.characters.median)


def _tokens_a_word(class_of: Mapping[str, str], now: RowFigures, before: RowFigures) -> Change:
    return _factor(now.sub_words / max(now.words, 1), before.sub_words / max(before.words, 1))


def _whole_words(class_of: Mapping[str, str], now: RowFigures, before: RowFigures) -> Change:
    words, words_before = max(now.words, 1), max(before.words, 1)
    return proved_change(now.whole_words, words, before.whole_words, words_before)


def _one_case(class_of: Mapping[str, str], now: RowFigures, before: RowFigures) -> Change:
    return proved_change(now.one_case, now.rows, before.one_case, before.rows)


def _empty(class_of: Mapping[str, str], now: RowFigures, before: RowFigures) -> Change:
    return proved_change(now.empty_descriptions, now.rows, before.empty_descriptions, before.rows)


def _undated(class_of: Mapping[str, str], now: RowFigures, before: RowFigures) -> Change:
    return proved_change(now.undated, now.rows, before.undated, before.rows)


_SHARE = "a proved change of {bound:.3g} at most is allowed"
_TIMES = "{bound:.3g} times more or less is allowed"

FIGURES = (
    Figure("class_share", "share of {of}", _SHARE, "max_class_change", Basis.LABELS, _class_share),
    Figure(
        "text_length",
        "median length of a text, in characters",
        _TIMES,
        "max_length_factor",
        Basis.TEXTS,
        _text_length,
        decimals=0,
    ),
    Figure(
        "tokens_a_word", "tokens a word", _TIMES, "max_tokens_factor", Basis.WORDS, _tokens_a_word
    ),
    Figure(
        "whole_words",
        "share of words that are whole entries of the vocabulary",
        _SHARE,
        "max_whole_word_change",
        Basis.WORDS,
        _whole_words,
    ),
    Figure(
        "one_case",
        "share of rows that are all in capitals, or without any",
        _SHARE,
        "max_case_change",
        Basis.TEXTS,
        _one_case,
    ),
    Figure(
        "empty_descriptions",
        "share of rows with an empty description",
        _SHARE,
        "max_empty_change",
        Basis.TEXTS,
        _empty,
    ),
    Figure(
        "undated",
        "share of rows without date",
        _SHARE,
        "max_undated_change",
        Basis.NOTHING,
        _undated,
    ),
)
