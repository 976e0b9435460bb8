"""Lengths of texts, counted one by one and summarised: quantiles and a histogram."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from components.nearest_rank import nearest_rank

_BINS = 20
_IN_BINS = 0.995  # share of the rows that the histogram is made for; the last bin has the rest


@dataclass(frozen=True)
class Bin:
    """A column of a histogram: rows whose length is from `least` to `largest`."""

    least: int
    largest: int
    rows: int


@dataclass(frozen=True)
class Lengths:
    """Lengths of what all rows have in one place.

    Attributes:
        of: the field, or 'text' for all that a model reads.
        unit: 'words' or 'tokens'.
        mean: of all rows; the quantiles are nearest ranks.
    """

    of: str
    unit: str
    mean: float
    median: int
    p95: int
    p99: int
    longest: int
    bins: Sequence[Bin]


def summarise_lengths(of: str, unit: str, counts: Counter[int]) -> Lengths:
    """Summarises lengths.

    Args:
        of: see `Lengths`.
        unit: see `Lengths`.
        counts: rows by length; at least one row.
    """
    ordered = sorted(counts.items())
    longest = ordered[-1][0]
    width = max(1, math.ceil((nearest_rank(counts, _IN_BINS) + 1) / _BINS))
    places: Counter[int] = Counter()
    for length, times in ordered:
        places[min(length // width, _BINS - 1)] += times
    last = max(places)
    bins = [
        Bin(n * width, longest if n == last else (n + 1) * width - 1, places[n])
        for n in range(last + 1)
    ]
    return Lengths(
        of=of,
        unit=unit,
        mean=sum(length * times for length, times in ordered) / counts.total(),
        median=nearest_rank(counts, 0.5),
        p95=nearest_rank(counts, 0.95),
        p99=nearest_rank(counts, 0.99),
        longest=longest,
        bins=bins,
    )
