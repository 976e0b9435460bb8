"""`newscat compile`: a profile becomes the file that Vertex AI Pipelines executes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from components.errors import SettingsError
from pipeline.cli.options import (
    ProfileOption,
    RemoteCheckpointOption,
    RemoteDataOption,
    SetOption,
    overrides,
)
from pipeline.output_folder import check_output
from pipeline.terminal.console import line_console
from pipeline.terminal.failures import explain_failure
from pipeline.terminal.log_file import new_log_file, output_to_file


def compile_(
    profile: ProfileOption = "vertex",
    to: Annotated[Path, typer.Option("--to", "-o", help="File to write.")] = Path("pipeline.json"),
    data: RemoteDataOption = None,
    checkpoint: RemoteCheckpointOption = None,
    runner: Annotated[
        str | None, typer.Option(help="Of Beam: direct or dataflow (vertex.runner).")
    ] = None,
    set_: SetOption = None,
) -> None:
    """Compile the pipeline to the file that Vertex AI Pipelines executes."""
    from pipeline.profiles import load_settings
    from pipeline.vertex.checks import check_vertex

    given = [*([f"vertex.runner={runner}"] if runner else []), *(set_ or [])]
    settings = load_settings(profile, overrides(data, checkpoint, None, given))
    vertex = check_vertex(settings)
    if not (to.parent.is_dir() and os.access(to.parent, os.W_OK)) or to.is_dir():
        raise SettingsError(f"--to: {to} cannot be written; name a file in a folder of yours")
    if not settings.checkpoint.fingerprint:
        line_console().print(
            "note: checkpoint.fingerprint is not set, so Vertex's cache goes by the checkpoint's "
            "path; `newscat checkpoint copy` prints it",
            soft_wrap=True,
        )
    log = new_log_file(check_output(settings.output))
    with output_to_file(log) as terminal:
        try:
            from pipeline.vertex.compile import compile_pipeline

            job = compile_pipeline(settings, str(to))
        except Exception as error:
            raise explain_failure(error, log) from error
        tasks = job["pipelineSpec"]["root"]["dag"]["tasks"]
        line_console(terminal).print(
            f"{to}: {len(tasks)} tasks for {vertex.project} in {vertex.region}, the Trainer on "
            f"{vertex.accelerator}, Beam on {vertex.runner}",
            soft_wrap=True,
        )
