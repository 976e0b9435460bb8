"""Lengths of texts in tokens: quantiles and a histogram."""

from __future__ import annotations

import math
from collections.abc import Sequence

from components.report.content import TokenLengths

_BINS = 16
_QUANTILES = (("median", 0.5), ("95 %", 0.95), ("99 %", 0.99), ("longest", 1.0))


def measure_lengths(lengths: Sequence[int], max_length: int) -> TokenLengths:
    """Summarises lengths.

    Args:
        lengths: tokens of each row, special ones included; at least one row.
        max_length: largest number of tokens that is kept of a text.
    """
    ordered = sorted(lengths)
    width = max(1, math.ceil(ordered[-1] / _BINS))
    counts = [0] * math.ceil((ordered[-1] + 1) / width)
    for length in ordered:
        counts[length // width] += 1
    return TokenLengths(
        # The nearest rank: least length that at least this share of the rows does not exceed.
        quantiles=[
            (name, ordered[max(0, math.ceil(share * len(ordered)) - 1)])
            for name, share in _QUANTILES
        ],
        bins=[(n * width, (n + 1) * width - 1, rows) for n, rows in enumerate(counts)],
        max_length=max_length,
        at_most=sum(length >= max_length for length in ordered),
    )
