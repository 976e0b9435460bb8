"""How numbers are written on the page; what was not measured, or is NaN, is a dash."""

from __future__ import annotations

import math

NOTHING = "–"
_MINUS = "−"


def is_number(value: float | None) -> bool:
    """Whether there is a finite number to show."""
    return value is not None and math.isfinite(value)


def count(value: float | None) -> str:
    """A whole number, say '6,000'."""
    return f"{value:,.0f}" if value is not None and math.isfinite(value) else NOTHING


def percent(value: float | None, digits: int = 1) -> str:
    """A fraction of 1 in percent, say '82.3 %' with a narrow no-break space."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{100 * value:.{digits}f}\u202f%"


def decimal(value: float | None, digits: int = 3) -> str:
    """A number with a fixed number of digits."""
    return f"{value:.{digits}f}" if value is not None and math.isfinite(value) else NOTHING


def points(change: float | None) -> str:
    """A change of a fraction of 1, in percentage points, say '+2.2'."""
    return _signed(None if change is None else 100 * change, 1)


def change(value: float | None) -> str:
    """A change of a plain number, say '−0.136'."""
    return _signed(value, 3)


def seconds(value: float | None) -> str:
    """A duration, say '0.03 s', '48 s', '2 min 05 s' or '3 h 20 min'."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value < 10:
        return f"{value:.2g}\u202fs" if value else "0\u202fs"
    whole = round(value)
    if whole < 60:
        return f"{whole}\u202fs"
    if whole < 3600:
        return f"{whole // 60}\u202fmin {whole % 60:02d}\u202fs"
    return f"{whole // 3600}\u202fh {whole % 3600 // 60:02d}\u202fmin"


def _signed(value: float | None, digits: int) -> str:
    if value is None or not math.isfinite(value):
        return NOTHING
    rounded = round(value, digits)
    if rounded == 0:
        return f"±{0:.{digits}f}"
    return f"{'+' if rounded > 0 else _MINUS}{abs(rounded):.{digits}f}"
