"""How rows come into their splits: by the identity of the article alone, or by its date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from components.article.identity import IDENTITY_VERSION
from components.files import exists, read_document, write_document
from components.splits import EVAL, LEARNING, TEST, TRAIN

Mode = Literal["hash", "newest"]

_FILE, _FORMAT = "split_rule.json", 2
_DATE_LENGTH = len("2022-09-23")


@dataclass(frozen=True)
class SplitRule:
    """The rule of a run.

    Positions are those of identities, evenly spread from 0 to 1. Test grows from the lower end and
    eval from the upper one, so that a larger share of either takes rows from train alone.

    Attributes:
        mode: 'hash': by position; 'newest': test is what is dated from the border on, and the rest
            is divided by position.
        eval_fraction: of positions.
        test_fraction: of positions, or of the rows, the newest ones.
        border: first day of the test split; '' by hash, and before the rows were seen.
        identity: version of the articles' identities.
    """

    mode: Mode
    eval_fraction: float
    test_fraction: float
    border: str = ""
    identity: int = IDENTITY_VERSION

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits that it makes."""
        return LEARNING if self.test_fraction else (TRAIN, EVAL)

    def split_of(self, identity_hash: str, date: str = "") -> str:
        """The split of an article.

        Args:
            identity_hash: see `components.article.identity.identity_hash`.
            date: usable, see `usable_date`; needed in mode 'newest'.
        """
        position = int(identity_hash[:16], 16) / 2**64
        if self.border and date >= self.border:
            return TEST
        if self.mode == "hash" and position < self.test_fraction:
            return TEST
        return EVAL if position >= 1 - self.eval_fraction else TRAIN

    def reason_against(self, trained: SplitRule | None) -> str:
        """Why a model of another rule may have learnt from rows of this one's test split.

        Args:
            trained: the rule of the run that made the model; None where it was not recorded.

        Returns:
            '' where the two rules prove that it has not.
        """
        if trained is None:
            return "was trained before splits were recorded, on most of the rows judged today"
        if trained.identity != self.identity:
            return f"knows articles by identities of version {trained.identity}"
        if trained.mode != self.mode:
            return f"learnt from rows split by {trained.mode}, and today's are by {self.mode}"
        if self.mode == "newest":
            later = trained.border > self.border
            return f"learnt from rows up to {trained.border}, after {self.border}" if later else ""
        (first, end), (judged_first, judged_end) = trained._train, self._judged
        if max(first, judged_first) < min(end, judged_end):
            return (
                f"learnt from rows that are judged today: its eval_fraction was "
                f"{trained.eval_fraction:g}, its test_fraction {trained.test_fraction:g}"
            )
        return ""

    @property
    def _train(self) -> tuple[float, float]:
        return self.test_fraction, 1 - self.eval_fraction

    @property
    def _judged(self) -> tuple[float, float]:
        return (0.0, self.test_fraction) if self.test_fraction else (1 - self.eval_fraction, 1.0)


def usable_date(date: str) -> str:
    """The day that a date begins with, 'YYYY-MM-DD', which sorts as days do; '' if it has none."""
    try:
        return datetime.date.fromisoformat(date[:_DATE_LENGTH]).isoformat()
    except ValueError:
        return ""


def find_border(rows_by_day: Mapping[str, int], test_fraction: float) -> str:
    """The first day of the newest rows, of which there are at most that share.

    Args:
        rows_by_day: rows of each usable day.
        test_fraction: of all rows.

    Returns:
        A day; '' where the newest day alone has more rows.
    """
    most, rows, border = test_fraction * sum(rows_by_day.values()), 0, ""
    for day in sorted(rows_by_day, reverse=True):
        rows += rows_by_day[day]
        if rows > most:
            break
        border = day
    return border


def write_split_rule(folder: str, rule: SplitRule) -> None:
    """Puts the rule beside what it has split, or what was learnt from that."""
    write_document(f"{folder}/{_FILE}", _FORMAT, asdict(rule))


def read_split_rule(folder: str) -> SplitRule | None:
    """The rule in a folder; None where there is none.

    Raises:
        DocumentError: see `read_document`.
    """
    path = f"{folder}/{_FILE}"
    return read_document(path, _FORMAT, parse_split_rule) if exists(path) else None


def parse_split_rule(values: Mapping[str, Any]) -> SplitRule:
    """The rule from the JSON values of its attributes."""
    return SplitRule(**values)
