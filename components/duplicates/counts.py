"""How many rows repeat or contradict others, and what may be done about the latter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Conflicts = Literal["keep", "drop", "majority"]
"""What becomes of rows with equal words and several classes: all stay; none stays; those of the
class that more than half of them have stay."""


@dataclass(frozen=True)
class DuplicateCounts:
    """Rows of all splits, before any is left out.

    Attributes:
        exact: that repeat the words of an earlier row.
        near: with other words that have a near twin; None where it was not searched for.
        two_categories: whose words another row has with another category.
        two_classes: whose words another row has with another class.
    """

    exact: int
    near: int | None
    two_categories: int
    two_classes: int
