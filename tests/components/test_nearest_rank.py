"""Quantiles of counted values are those of the values one by one."""

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from components.nearest_rank import nearest_rank


@given(st.lists(st.integers(0, 20), min_size=1), st.sampled_from([0, 0.01, 0.5, 0.95, 0.99, 1]))
def test_it_is_the_value_at_that_rank(values: list[int], share: float):
    rank = max(1, math.ceil(share * len(values)))
    assert nearest_rank(Counter(values), share) == sorted(values)[rank - 1]
