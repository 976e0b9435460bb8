"""`newscat plan`: what a training run would need of a TPU, from the TPU's compiler alone."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from components.errors import SettingsError
from pipeline.cli.options import CheckpointOption, DataOption, ProfileOption, SetOption, overrides
from pipeline.layout import shown
from pipeline.output_folder import check_output
from pipeline.plan.chips import default_topology, parse_topology
from pipeline.plan.epoch import DEFAULT_SHARE
from pipeline.plan.table import conclude, headline, make_table
from pipeline.terminal.console import line_console
from pipeline.terminal.display import RunDisplay
from pipeline.terminal.failures import explain_failure
from pipeline.terminal.log_file import new_log_file, output_to_file

if TYPE_CHECKING:
    from pipeline.settings import Settings


def plan(
    profile: ProfileOption = "kaggle",
    topology: Annotated[
        str | None,
        typer.Option(
            help="Chips, say v5e:2x2, v3:2x2 or v5e:4x4.", show_default="of vertex.accelerator"
        ),
    ] = None,
    batch: Annotated[
        int | None, typer.Option(help="Rows an update, over all cores (trainer.batch_size).")
    ] = None,
    length: Annotated[
        list[int] | None,
        typer.Option(help="A padded length; repeat it for several.", show_default="from the data"),
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help="float32, bfloat16 or auto (trainer.precision).")
    ] = None,
    data: DataOption = None,
    checkpoint: CheckpointOption = None,
    set_: SetOption = None,
    share: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Share of the peak that is assumed.")
    ] = DEFAULT_SHARE,
) -> None:
    """Show what training would need of a TPU: memory and FLOPs, from the TPU's own compiler.

    Needs no TPU, and makes an environment of 1.2 GB for the compiler the first time. A length
    takes minutes.
    """
    if not math.isfinite(share):
        raise SettingsError(f"--share: {share} is no share; it takes a number from 0.01 to 1")
    given = overrides(data, checkpoint, None, set_)
    print_plan(plan_settings(profile, given, batch, length, precision), topology, share)


def plan_settings(
    profile: str,
    given: Iterable[str],
    batch: int | None,
    lengths: Sequence[int] | None,
    precision: str | None,
) -> Settings:
    """The settings of the run to plan.

    Args:
        profile: see `load_settings`.
        given: overrides, see `load_settings`.
        batch: rows an update, over all cores.
        lengths: padded lengths, in place of those that follow from the data; longer rows are cut.
        precision: see `Recipe.precision`.

    Raises:
        SettingsError: see `load_settings`.
    """
    from pipeline.profiles import load_settings

    shortcuts = {
        "trainer.batch_size": batch,
        "trainer.bucket_lengths": list(lengths) if lengths else None,
        "trainer.precision": precision,
    }
    more = [f"{key}={value}" for key, value in shortcuts.items() if value is not None]
    settings = load_settings(profile, [*given, *more])
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
    log = new_log_file(check_output(settings.output))
    with output_to_file(log) as terminal:
        console = line_console(terminal)
        console.print(f"Plan for {topology.name}, log in {shown(log)}")
        # The step is lowered here and compiled for elsewhere: a GPU's memory stays free.
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        try:
            console.print("Loading TensorFlow")
            from pipeline.plan.make_plan import make_plan

            with RunDisplay(console) as display:
                made = make_plan(settings, topology, share, display)
        except Exception as error:
            raise explain_failure(error, log) from error
        console.print("", headline(made), make_table(made), "", sep="\n")
        console.print("\n".join(conclude(made)), soft_wrap=True)
