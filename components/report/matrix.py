"""The confusion matrix as the page shows it: cells with both shares, and the largest mix-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.report.content import Confusion

_SHOWN_MIX_UPS = 8


@dataclass(frozen=True)
class Cell:
    """Rows of one class that were given one class.

    Attributes:
        predicted: the class they were given.
        rows: how many.
        of_actual: share of the rows of the actual class; None where it has none.
        of_predicted: share of the rows that were given that class; None where there are none.
        is_right: whether the two classes are the same.
    """

    predicted: str
    rows: int
    of_actual: float | None
    of_predicted: float | None
    is_right: bool


@dataclass(frozen=True)
class MatrixRow:
    """All rows of one actual class, by the class they were given."""

    actual: str
    rows: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class MixUp:
    """Rows of one class that were taken for another."""

    actual: str
    predicted: str
    rows: int
    of_actual: float


def matrix_rows(confusion: Confusion) -> list[MatrixRow]:
    """The matrix, a line an actual class."""
    names = confusion.class_names
    given = [sum(column) for column in zip(*confusion.counts, strict=True)]
    return [
        MatrixRow(
            actual=actual,
            rows=sum(line),
            cells=[
                Cell(
                    predicted=names[n],
                    rows=rows,
                    of_actual=rows / sum(line) if sum(line) else None,
                    of_predicted=rows / given[n] if given[n] else None,
                    is_right=names[n] == actual,
                )
                for n, rows in enumerate(line)
            ],
        )
        for actual, line in zip(names, confusion.counts, strict=True)
    ]


def largest_mix_ups(confusion: Confusion) -> list[MixUp]:
    """The most frequent mistakes, the largest first."""
    found = [
        MixUp(line.actual, cell.predicted, cell.rows, cell.rows / line.rows)
        for line in matrix_rows(confusion)
        for cell in line.cells
        if cell.rows and not cell.is_right
    ]
    return sorted(found, key=lambda mix_up: (-mix_up.rows, -mix_up.of_actual))[:_SHOWN_MIX_UPS]
