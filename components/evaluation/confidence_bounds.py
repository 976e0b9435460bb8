"""What measured rows can rule out: one-sided confidence bounds of a share and of a change."""

from __future__ import annotations

import math
from statistics import NormalDist


def share_upper_bound(hits: float, rows: float, confidence: float) -> float:
    """The largest true share that `hits` of `rows` leave possible.

    Wilson's score interval (Wilson 1927), one-sided; it stays sensible for shares near 0 and 1 and
    for few rows.

    Args:
        hits: rows that were right.
        rows: all rows; at least one.
        confidence: probability that the true share is below the bound.
    """
    z = NormalDist().inv_cdf(confidence)
    share = hits / rows
    centre = share + z * z / (2 * rows)
    spread = z * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return min(1.0, (centre + spread) / (1 + z * z / rows))


def change_upper_bound(worse: float, better: float, rows: float, confidence: float) -> float:
    """The largest true change of a share that paired answers leave possible.

    Two models answer the same rows, so only rows that one of them gets right tell them apart, and
    the bound is much tighter than for two separate samples. Wald's interval for matched
    proportions, with half a row added to each of the four cells (Agresti and Min 2005).

    Args:
        worse: rows that only the baseline gets right.
        better: rows that only the candidate gets right.
        rows: all rows.
        confidence: probability that the true change, candidate less baseline, is below the bound.
    """
    z = NormalDist().inv_cdf(confidence)
    worse, better, rows = worse + 0.5, better + 0.5, rows + 2
    change = (better - worse) / rows
    return change + z * math.sqrt((worse + better) / rows - change * change) / math.sqrt(rows)


def shared_confidence(confidence: float, rules: int) -> float:
    """Confidence of each of several rules that together err as rarely as one (Bonferroni)."""
    return 1 - (1 - confidence) / max(rules, 1)
