"""Confidence bounds: known values, and how often chance crosses them."""

from __future__ import annotations

import numpy as np
import pytest

from components.evaluation.confidence_bounds import (
    change_upper_bound,
    share_upper_bound,
    shared_confidence,
)


def test_wilson_s_bound_is_that_of_its_paper_s_formula():
    # Two-sided 95 %, 81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I, method 3).
    assert share_upper_bound(81, 263, 0.975) == pytest.approx(0.3662, abs=1e-4)
    # 0 of 20: 0 to 0.1611.
    assert share_upper_bound(0, 20, 0.975) == pytest.approx(0.1611, abs=1e-4)
    assert share_upper_bound(20, 20, 0.99) == 1.0


def test_the_true_share_is_rarely_above_the_bound():
    generator = np.random.default_rng(1)
    for rows, share in ((30, 0.1), (200, 0.5), (200, 0.9)):
        hits = generator.binomial(rows, share, size=4_000)
        above = np.mean([share > share_upper_bound(h, rows, 0.95) for h in hits])
        assert above < 0.075


def test_the_true_change_is_rarely_above_the_bound():
    generator = np.random.default_rng(2)
    for rows, worse, better in ((40, 0.1, 0.1), (600, 0.05, 0.08), (2_000, 0.04, 0.02)):
        draws = generator.multinomial(rows, [worse, better, 1 - worse - better], size=4_000)
        above = np.mean(
            [better - worse > change_upper_bound(w, b, rows, 0.95) for w, b, _ in draws]
        )
        assert above < 0.075


def test_two_points_lost_on_two_thousand_rows_are_proved():
    """The smallest regression that the default policy promises to see, see GatePolicy."""
    assert change_upper_bound(worse=40, better=0, rows=2_000, confidence=0.99) < -0.005
    # With as much coming and going as two seeds have, a loss of two points is seen as well ...
    assert change_upper_bound(worse=100, better=60, rows=2_000, confidence=0.99) < -0.005
    # ... and one of half a point is not.
    assert change_upper_bound(worse=85, better=75, rows=2_000, confidence=0.99) > -0.005


def test_no_change_proves_nothing():
    assert change_upper_bound(0, 0, 100, 0.99) > 0
    assert change_upper_bound(0, 0, 0, 0.99) > 0


def test_many_rules_share_the_risk_of_one():
    assert shared_confidence(0.99, 28) == pytest.approx(1 - 0.01 / 28)
    assert shared_confidence(0.99, 0) == pytest.approx(0.99)
