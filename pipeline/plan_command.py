"""`newscat plan`: what a training run would need of a TPU, from the TPU's compiler alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from rich.console import Console

from pipeline.display import RunDisplay, line_width
from pipeline.failures import explain_failure
from pipeline.layout import shown
from pipeline.log_file import new_log_file, output_to_file
from pipeline.plan.chips import default_topology, parse_topology
from pipeline.plan.table import conclude, describe, make_table
from pipeline.profiles import load_settings
from pipeline.settings import Settings


def plan_settings(
    profile: str,
    overrides: Iterable[str],
    batch: int | None,
    lengths: Sequence[int] | None,
    precision: str | None,
) -> Settings:
    """The settings of the run to plan.

    Args:
        profile: see `load_settings`.
        overrides: see `load_settings`.
        batch: rows an update, over all cores.
        lengths: padded lengths, in place of those that follow from the data; longer rows are cut.
        precision: see `Recipe.precision`.

    Raises:
        SettingsError: see `load_settings`.
    """
    shortcuts = {
        "trainer.batch_size": batch,
        "trainer.bucket_lengths": lengths and list(lengths),
        "trainer.precision": precision,
    }
    given = [f"{key}={value}" for key, value in shortcuts.items() if value]
    settings = load_settings(profile, [*overrides, *given])
    if not lengths:
        return settings
    kept = min(settings.text.max_length, max(lengths))
    text = settings.text.model_copy(update={"max_length": kept})
    return settings.model_copy(update={"text": text})


def print_plan(settings: Settings, topology_name: str | None, share: float) -> None:
    """Compiles the training step for every padded length, and prints what came of it.

    Args:
        settings: of the run to plan.
        topology_name: such as v5e:2x2; None for what `vertex.accelerator` implies.
        share: of the chips' peak that the arithmetic assumes.

    Raises:
        UserError: see `make_plan`; RunFailedError where something else goes wrong.
    """
    accelerator = settings.vertex.accelerator if settings.vertex else None
    topology = parse_topology(topology_name or default_topology(accelerator))
    log = new_log_file(os.path.abspath(settings.output))
    with output_to_file(log) as terminal:
        console = Console(file=terminal, highlight=False, width=line_width(terminal))
        console.print(f"Plan for {topology.name}, log in {shown(log)}")
        # The step is lowered here and compiled for elsewhere: a GPU's memory stays free.
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        try:
            console.print("Loading TensorFlow")
            from pipeline.plan.make_plan import make_plan

            with RunDisplay(console) as display:
                plan = make_plan(settings, topology, share, display)
        except Exception as error:
            raise explain_failure(error, log) from error
        console.print("", describe(plan), make_table(plan), "", sep="\n")
        console.print("\n".join(conclude(plan)), soft_wrap=True)
