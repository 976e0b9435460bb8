"""Quantiles of counted values."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate


def nearest_rank(counts: Mapping[int, int], share: float) -> int:
    """The least value that at least this share of all does not exceed.

    Args:
        counts: how often each value occurs; at least one does.
        share: from 0 to 1.
    """
    values = sorted(counts)
    wanted = share * sum(counts.values())
    up_to = accumulate(counts[value] for value in values)
    return next(value for value, rows in zip(values, up_to, strict=True) if rows >= wanted)
