"""Categories put together to classes, as the second histogram of the data shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.report.content import CategoryRows


@dataclass(frozen=True)
class MergedClass:
    """A class and the categories it is made of, the largest first."""

    name: str
    rows: int
    parts: Sequence[CategoryRows]


def merge(categories: Sequence[CategoryRows]) -> list[MergedClass]:
    """Classes with the rows of their categories, the largest first."""
    parts: dict[str, list[CategoryRows]] = {}
    for category in sorted(categories, key=lambda each: -each.rows):
        parts.setdefault(category.class_name, []).append(category)
    merged = [
        MergedClass(name, sum(each.rows for each in members), members)
        for name, members in parts.items()
    ]
    return sorted(merged, key=lambda each: (-each.rows, each.name))
