"""A plan as text: what was compiled, a row for each length, and the arithmetic of an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.table import Table

from pipeline.plan.chips import Topology
from pipeline.plan.epoch import epoch_cost
from pipeline.plan.outcome import Outcome

_NONE = "-"
_PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1, ""))


@dataclass(frozen=True)
class Plan:
    """All that is known of a planned run.

    Attributes:
        topology: the TPU.
        precision: Keras policy of the model.
        rows_a_replica: rows of a batch that one replica computes.
        outcomes: by padded length, shortest first.
        steps_an_epoch: by padded length, or None where the data's lengths are not known.
        epochs: that the recipe asks for.
        share: of the peak, for the arithmetic.
    """

    topology: Topology
    precision: str
    rows_a_replica: int
    outcomes: Mapping[int, Outcome]
    steps_an_epoch: Mapping[int, int] | None
    epochs: int
    share: float


def headline(plan: Plan) -> str:
    """The line above the table."""
    topology = plan.topology
    batch = plan.rows_a_replica * topology.replicas
    return (
        f"{topology.name}: {topology.chips} chips, {topology.replicas} cores with "
        f"{topology.chip.core_memory} GiB each; batch {batch}, {plan.precision}"
    )


def make_table(plan: Plan) -> Table:
    """A row for each padded length."""
    memory = plan.topology.chip.core_memory
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    headings = ["length", "rows a core", "fits", f"peak GiB of {memory}", "FLOP a step"]
    for heading in [*headings, "steps an epoch"]:
        table.add_column(heading, justify="right")
    table.add_column("")
    for length, outcome in plan.outcomes.items():
        steps = plan.steps_an_epoch
        table.add_row(
            str(length),
            str(plan.rows_a_replica),
            outcome.fits,
            _NONE if outcome.peak is None else f"{outcome.peak:.2f}",
            _NONE if outcome.flops is None else _scale(outcome.flops * plan.topology.replicas),
            _NONE if steps is None else f"{steps[length]:,}",
            outcome.reason,
        )
    return table


def conclude(plan: Plan) -> Iterator[str]:
    """The lines below the table."""
    if any(outcome.fits == "no" for outcome in plan.outcomes.values()):
        yield (
            "To fit: a smaller --batch, --precision bfloat16, or the batch in parts with "
            "--set trainer.accumulation_steps=2."
        )
    yield from _conclude_epoch(plan)


def _conclude_epoch(plan: Plan) -> Iterator[str]:
    if plan.steps_an_epoch is None:
        yield "No arithmetic of an epoch: it needs --data and a checkpoint with a tokenizer."
        return
    cost = epoch_cost(plan.outcomes, plan.steps_an_epoch, plan.topology, plan.share)
    if cost is None:
        yield "No arithmetic of an epoch: not all of its steps can run."
        return
    yield (
        f"Arithmetic, not measurement: an epoch's training steps are {_scale(cost.flops)}FLOP, "
        f"padding included."
    )
    yield (
        f"At {plan.share:.0%} of the chips' peak of {_scale(plan.topology.peak)}FLOP/s that is "
        f"{_duration(cost.seconds)} an epoch, {_duration(cost.seconds * plan.epochs)} for "
        f"{plan.epochs} epochs."
    )
    yield (
        f"The share is an assumption (--share), the peak is from {plan.topology.chip.source}; "
        "start-up, compilation, input and evaluation come on top."
    )


def _scale(flop: float) -> str:
    """A number of operations with three digits or more, and the prefix of its unit."""
    size, prefix = next((size, prefix) for size, prefix in _PREFIXES if flop >= size or size == 1)
    return f"{flop / size:,.2f} {prefix}"


def _duration(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 600 else f"{seconds / 60:,.0f} min"
