"""`newscat submit`: a compiled file becomes a job, or a schedule, on Vertex AI Pipelines."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from components.errors import SettingsError
from pipeline.cli import exit_codes
from pipeline.cli.options import (
    ProfileOption,
    RemoteCheckpointOption,
    RemoteDataOption,
    SetOption,
    overrides,
)
from pipeline.terminal.console import PlainConsole, line_console
from pipeline.vertex.job_document import load_document, with_parameters, without_cache

if TYPE_CHECKING:
    from pipeline.settings import VertexSettings
    from pipeline.vertex.submission import Submitter

_SECONDS_BETWEEN_POLLS = 15.0
_STAMP = "%Y%m%d%H%M%S"
_RESOURCE_NAME = re.compile(r"^projects/([^/]+)/locations/([^/]+)/pipelineJobs/[^/]+$")


def submit(
    compiled: Annotated[
        Path | None, typer.Argument(help="File of `newscat compile`; compiled now if not given.")
    ] = None,
    profile: ProfileOption = "vertex",
    data: RemoteDataOption = None,
    checkpoint: RemoteCheckpointOption = None,
    set_: SetOption = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Runtime parameter of the compiled file."),
    ] = None,
    wait: Annotated[bool, typer.Option(help="Show the tasks until the job has ended.")] = True,
    schedule: Annotated[
        str | None, typer.Option(metavar="CRON", help="Run by the clock, say '0 4 * * 1'.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be started.")
    ] = False,
    job_id: Annotated[
        str | None, typer.Option(help="Of the job; the same id never makes a second job.")
    ] = None,
    cache: Annotated[
        bool, typer.Option(help="Let results of earlier jobs stand in for tasks.")
    ] = True,
    cancel: Annotated[
        str | None, typer.Option(metavar="JOB", help="Cancel this job instead.")
    ] = None,
) -> None:
    """Submit the pipeline to Vertex AI Pipelines.

    To stop watching (Ctrl-C) does not stop the job.
    """
    given = overrides(data, checkpoint, None, set_)
    if cancel:
        cancel_job(cancel, profile, given)
        return
    if schedule and job_id:
        raise SettingsError("--job-id names one job; Vertex AI names those of a --schedule")
    vertex = read_vertex(profile, given, with_inputs=compiled is None)
    document = load_document(compiled) if compiled else _compile(profile, given)
    document = with_parameters(document, _read_parameters(parameter or []))
    if not cache:
        document = without_cache(document)
    console = line_console()
    if dry_run:
        _print_dry_run(document, vertex, console)
        return
    from pipeline.vertex.clients import connect
    from pipeline.vertex.submission import Submitter, make_job

    job = make_job(document, vertex)
    submitter = Submitter(connect(vertex.region), vertex)
    if schedule:
        name = submitter.schedule(job, schedule)
        console.print(f"schedule  {name}: {schedule}", soft_wrap=True)
        return
    name = submitter.submit(job, job_id or f"{job.display_name}-{datetime.now():{_STAMP}}")
    for line in (f"job       {name}", f"see       {submitter.console_url(name)}", _cancel(name)):
        console.print(line, soft_wrap=True)
    if wait and not _follow(submitter, name, vertex, console):
        raise typer.Exit(exit_codes.NOT_BLESSED)


def cancel_job(job: str, profile: str, given: Sequence[str]) -> None:
    """Cancels a job.

    Args:
        job: id, or resource name, which says project and region itself.
        profile: see `submit`.
        given: see `submit`.

    Raises:
        UserError: see `submit`.
    """
    from pipeline.settings import VertexSettings
    from pipeline.vertex.clients import connect
    from pipeline.vertex.submission import Submitter

    if full := _RESOURCE_NAME.match(job):
        vertex = VertexSettings(project=full[1], region=full[2])
    else:
        vertex = read_vertex(profile, given, with_inputs=False)
    Submitter(connect(vertex.region), vertex).cancel(job)
    print(f"asked Vertex AI to cancel {job}")


def _follow(submitter: Submitter, name: str, vertex: VertexSettings, console: PlainConsole) -> bool:
    """Shows the tasks until the job has ended; whether its model was blessed, as far as known."""
    from pipeline.vertex.watch import check_end, read_verdict, watch

    def show(task: str, state: str, duration: str) -> None:
        console.print(f"{state:<9} {task:<28} {duration}".rstrip())

    try:
        job = watch(lambda: submitter.read(name), show, _SECONDS_BETWEEN_POLLS)
    except KeyboardInterrupt:
        console.print(f"\nstopped watching; the job goes on\n{_cancel(name)}", soft_wrap=True)
        raise
    check_end(job, vertex)
    verdict = read_verdict(job)
    refused = sorted(task for task, blessed in verdict.items() if not blessed)
    if refused:
        console.print(f"verdict   NOT blessed by {', '.join(refused)}; nothing was pushed")
    elif verdict:
        console.print(f"verdict   blessed by {', '.join(sorted(verdict))}, and pushed")
    else:
        console.print("succeeded; Vertex AI shows the verdict at the blessing of the Evaluator")
    return not refused


def _cancel(name: str) -> str:
    return f"cancel    newscat submit --cancel {name}"


def read_vertex(profile: str, given: Sequence[str], with_inputs: bool) -> VertexSettings:
    """The checked section `vertex`; the other inputs matter only where they are compiled.

    Raises:
        SettingsError: see `check_vertex`.
    """
    from pipeline.profiles import load_settings
    from pipeline.vertex.checks import check_vertex

    return check_vertex(load_settings(profile, given), with_inputs)


def _compile(profile: str, given: Sequence[str]) -> dict[str, Any]:
    from pipeline.cli.compile import compile_

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "pipeline.json"
        compile_(profile, path, set_=list(given))
        return load_document(path)


def _read_parameters(given: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator:
            raise SettingsError(f"--parameter {text}: write it as NAME=VALUE")
        if name in values:
            raise SettingsError(f"--parameter {text}: {name} is given already; keep one of the two")
        values[name] = value
    return values


def _print_dry_run(document: dict[str, Any], vertex: VertexSettings, console: PlainConsole) -> None:
    from pipeline.vertex.dry_run import further_machines, tasks_table, training_arithmetic

    console.print(f"project   {vertex.project}, {vertex.region}")
    console.print(f"artifacts {document['runtimeConfig']['gcsOutputDirectory']}", soft_wrap=True)
    console.print("", tasks_table(document), "", sep="\n")
    for line in (*further_machines(document), *training_arithmetic(document)):
        console.print(line, soft_wrap=True)
    console.print("nothing was submitted")
