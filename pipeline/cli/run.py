"""`newscat run`: inputs, the run itself with its log in a file, and the summary."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import exit_codes
from pipeline.cli.options import CheckpointOption, DataOption, ProfileOption, SetOption, overrides
from pipeline.layout import shown
from pipeline.terminal.console import line_console
from pipeline.terminal.failures import explain_failure
from pipeline.terminal.log_file import new_log_file, output_to_file


def run(
    profile: ProfileOption = "demo",
    data: DataOption = None,
    checkpoint: CheckpointOption = None,
    set_: SetOption = None,
    output: Annotated[
        str | None, typer.Option(help="Folder that holds everything a run writes.")
    ] = None,
) -> None:
    """Run the pipeline on this machine."""
    from pipeline.inputs import resolve_inputs
    from pipeline.opening import device_line, opening_lines
    from pipeline.profiles import load_settings

    given = overrides(data, checkpoint, output, set_)
    asked = load_settings(profile, given)
    inputs = resolve_inputs(asked)
    settings = inputs.settings
    log = new_log_file(settings.output)
    with output_to_file(log) as terminal:
        console = line_console(terminal)
        console.print(f"Output in {shown(settings.output)}, log in {shown(log)}", soft_wrap=True)
        for line in opening_lines(profile, asked, inputs):
            console.print(line, soft_wrap=True)
        try:
            # Not a rich status: it stands in for standard error while it shows, and the loggers
            # that TFX sets up on import would keep writing to the terminal through it.
            console.print("Loading TFX, which takes 5 to 70 seconds")
            # Before Beam: modules are torn down in the reverse order, and the models that Beam
            # keeps would else outlive TensorFlow and complain of it on the terminal.
            import tensorflow  # noqa: F401

            console.print(device_line(settings.trainer.strategy))
            from pipeline.history.summary import format_summary, summarise
            from pipeline.runners.observed_runner import run_locally

            record = run_locally(inputs, console)
        except Exception as error:
            raise explain_failure(error, log) from error
        summary = summarise(record)
        console.print()
        console.print(format_summary(summary, settings.output, log), soft_wrap=True)
    if not summary.deployed:
        raise typer.Exit(exit_codes.NOT_BLESSED)
