"""Figures of rows that were never counted, for tests to which they do not matter."""

from __future__ import annotations

from components.data_validation.profile import Lengths, RowFigures


def some_figures() -> RowFigures:
    """Figures of one row."""
    lengths = Lengths(1, 1, 1.0, {"50": 1})
    return RowFigures(1, {"ARTS": 1}, 0, lengths, lengths, 1, 1, 1, 0, 0, "", "", {})
