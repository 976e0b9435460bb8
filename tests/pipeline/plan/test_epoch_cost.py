"""The arithmetic of an epoch, checked by hand."""

from __future__ import annotations

import pytest

from pipeline.plan.chips import Chip, Topology
from pipeline.plan.epoch import epoch_cost
from pipeline.plan.outcome import Outcome

TOPOLOGY = Topology("v0:2x2", Chip(cores=2, core_memory=8, peak=1e12, source="a test"), chips=4)
SHORT, LONG = Outcome("yes", 1.0, 1e9), Outcome("yes", 2.0, 3e9)
TOO_BIG = Outcome("no", 20.0, reason="out of memory")


def test_steps_of_all_lengths_and_replicas_are_added_up():
    cost = epoch_cost({16: SHORT, 32: LONG}, {16: 10, 32: 5}, TOPOLOGY, share=0.5)
    assert cost is not None
    assert cost.flops == pytest.approx(8 * (10 * 1e9 + 5 * 3e9))
    assert cost.seconds == pytest.approx(cost.flops / (4 * 1e12 * 0.5))


def test_there_is_no_cost_where_a_step_cannot_run():
    assert epoch_cost({16: SHORT, 32: TOO_BIG}, {16: 10, 32: 1}, TOPOLOGY, share=0.5) is None


def test_a_length_that_the_epoch_does_not_need_may_fail():
    cost = epoch_cost({16: SHORT, 32: TOO_BIG}, {16: 10, 32: 0}, TOPOLOGY, share=0.5)
    assert cost is not None
    assert cost.flops == pytest.approx(8e10)
