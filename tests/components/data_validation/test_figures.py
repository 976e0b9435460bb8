"""How changes between two sets of rows are measured."""

from __future__ import annotations

import pytest

from components.data_validation.figures import FIGURES, proved_change
from components.data_validation.settings import ValidationPolicy


def test_of_few_rows_less_of_a_change_is_proved():
    many = proved_change(20_000, 100_000, 10_000, 100_000)
    few = proved_change(12, 60, 54, 540)
    assert (many.now, many.before) == (few.now, few.before) == (0.2, 0.1)
    # The standard error is the root of 0.11 * 0.89 * (1 / 60 + 1 / 540), 0.0426.
    assert few.size == pytest.approx(0.1 - 2.33 * 0.0426, abs=1e-4)
    assert many.size == pytest.approx(0.1, abs=0.005)


def test_a_change_that_chance_explains_is_none_and_a_whole_one_is_proved():
    assert proved_change(3, 10, 1, 10).size == 0
    assert proved_change(5, 10, 5, 10).size == 0
    assert proved_change(100, 100, 0, 100).size > 0.8
    assert proved_change(100, 100, 0, 100).size == proved_change(0, 100, 100, 100).size


def test_every_figure_has_its_bound_in_the_settings():
    for figure in FIGURES:
        assert figure.policy_field in ValidationPolicy.model_fields
        assert "{bound" in figure.allowed
