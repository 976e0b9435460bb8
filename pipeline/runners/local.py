"""Runs the pipeline on this machine: `tfx pipeline create --engine=local`, `tfx run create`."""

from __future__ import annotations

from pipeline.inputs import resolve_inputs
from pipeline.runners.arguments import run_with_settings
from pipeline.runners.observed_runner import run_pipeline
from pipeline.settings import Settings
from pipeline.terminal.console import line_console
from pipeline.terminal.display import RunDisplay


def run(settings: Settings) -> None:
    """Runs all components; nothing where `tfx pipeline create` has replaced the runner's run."""
    with RunDisplay(line_console()) as display:
        run_pipeline(resolve_inputs(settings), display)


if __name__ == "__main__":
    run_with_settings("demo", run)
