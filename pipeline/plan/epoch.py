"""The arithmetic of an epoch: FLOPs and seconds, from compiled steps and the data's length mix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.plan.chips import Topology
from pipeline.plan.outcome import Outcome

DEFAULT_SHARE = 0.3
"""Share of the peak that a run is assumed to reach.

Published trainings of large models reach 21 % (GPT-3) to 46 % (PaLM) of their chips' peak
(Chowdhery et al. 2022, table 3); a small model on short rows has the harder task.
"""


@dataclass(frozen=True)
class EpochCost:
    """The training steps of one epoch; evaluation is not in it.

    Attributes:
        flops: over all replicas.
        seconds: at the stated share of the peak.
    """

    flops: float
    seconds: float


def epoch_cost(
    outcomes: Mapping[int, Outcome], steps: Mapping[int, int], topology: Topology, share: float
) -> EpochCost | None:
    """Adds up the steps of all lengths.

    Args:
        outcomes: of one replica's step, by length.
        steps: number of steps an epoch, by length.
        topology: what the steps were compiled for.
        share: of the chips' peak, above 0 and up to 1.

    Returns:
        The cost, or None where a step that the epoch needs does not compile.
    """
    flops = 0.0
    for length, number in steps.items():
        of_a_step = outcomes[length].flops
        if number and of_a_step is None:
            return None
        flops += number * (of_a_step or 0.0) * topology.replicas
    return EpochCost(flops, flops / (topology.peak * share))
