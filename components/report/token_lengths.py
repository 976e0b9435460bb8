"""Lengths of texts in tokens: quantiles and a histogram."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from components.nearest_rank import nearest_rank
from components.report.content import TokenLengths

_BINS = 16
_QUANTILES = (("median", 0.5), ("95 %", 0.95), ("99 %", 0.99), ("longest", 1.0))


def measure_lengths(lengths: Sequence[int], max_length: int) -> TokenLengths:
    """Summarises lengths.

    Args:
        lengths: tokens of each row, special ones included; at least one row.
        max_length: largest number of tokens that is kept of a text.
    """
    counts = Counter(lengths)
    longest = max(counts)
    width = max(1, math.ceil(longest / _BINS))
    bins = [0] * math.ceil((longest + 1) / width)
    for length, rows in counts.items():
        bins[length // width] += rows
    return TokenLengths(
        quantiles=[(name, nearest_rank(counts, share)) for name, share in _QUANTILES],
        bins=[(n * width, (n + 1) * width - 1, rows) for n, rows in enumerate(bins)],
        max_length=max_length,
        at_most=sum(rows for length, rows in counts.items() if length >= max_length),
    )
