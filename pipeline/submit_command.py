"""`newscat submit`: a compiled file becomes a job, or a schedule, on Vertex AI Pipelines."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from components.errors import SettingsError
from pipeline.display import line_width
from pipeline.profiles import load_settings
from pipeline.rehearsal.job import load_document
from pipeline.vertex.checks import check_vertex
from pipeline.vertex.settings import VertexSettings

_SECONDS_BETWEEN_POLLS = 15.0


@dataclass(frozen=True)
class SubmitOptions:
    """How to submit.

    Attributes:
        wait: until the job has ended.
        schedule: cron expression; None to run now.
        dry_run: only say what would be started.
        parameters: NAME=VALUE, runtime parameters of the compiled file.
        job_id: of the job; made from name and time where not given.
    """

    wait: bool = True
    schedule: str | None = None
    dry_run: bool = False
    parameters: Sequence[str] = ()
    job_id: str | None = None


def submit(
    compiled: Path | None, profile: str, overrides: Iterable[str], options: SubmitOptions
) -> None:
    """Submits a compiled file, or compiles the profile first.

    Args:
        compiled: file of `newscat compile`; None to compile now.
        profile: see `load_settings`; its section `vertex` says where to submit to.
        overrides: see `load_settings`.
        options: how to submit.

    Raises:
        UserError: a wrong setting, a refusal of Vertex AI, or a job that failed.
    """
    overrides = list(overrides)
    vertex = read_vertex(profile, overrides, with_inputs=compiled is None)
    document = load_document(compiled) if compiled else _compile(profile, overrides)
    parameters = dict(_split(given) for given in options.parameters)
    console = Console(highlight=False, width=line_width(sys.stdout))
    if options.dry_run:
        _print_dry_run(document, vertex, console)
        return
    from pipeline.vertex.clients import connect
    from pipeline.vertex.submission import Submitter, make_job

    job = make_job(document, vertex, parameters)
    submitter = Submitter(connect(vertex.region), vertex)
    if options.schedule:
        name = submitter.schedule(job, options.schedule)
        console.print(f"schedule  {name}: {options.schedule}")
        return
    job_id = options.job_id or f"{job.display_name}-{datetime.now():%Y%m%d%H%M%S}"
    name = submitter.submit(job, job_id)
    console.print(f"job       {name}", f"see       {submitter.console_url(name)}", sep="\n")
    console.print(f"cancel    newscat submit --cancel {job_id} --profile {profile}")
    if options.wait:
        submitter.watch(
            name,
            lambda task, state, seconds: console.print(f"{state:<9} {task:<28} {seconds}".rstrip()),
            _SECONDS_BETWEEN_POLLS,
        )
        console.print("succeeded; a blessed model is in the bucket, or at the endpoint")


def cancel(job: str, profile: str, overrides: Iterable[str]) -> None:
    """Cancels a job.

    Raises:
        UserError: see `submit`.
    """
    from pipeline.vertex.clients import connect
    from pipeline.vertex.submission import Submitter

    vertex = read_vertex(profile, list(overrides), with_inputs=False)
    Submitter(connect(vertex.region), vertex).cancel(job)
    print(f"asked Vertex AI to cancel {job}")


def read_vertex(profile: str, overrides: Sequence[str], with_inputs: bool) -> VertexSettings:
    """The checked section `vertex`; the other inputs matter only where they are compiled.

    Raises:
        SettingsError: see `check_vertex`.
    """
    settings = load_settings(profile, overrides)
    return check_vertex(settings, with_inputs)


def _compile(profile: str, overrides: Sequence[str]) -> dict[str, Any]:
    from pipeline.compile_command import compile_to

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "pipeline.json"
        compile_to(profile, overrides, path)
        return load_document(path)


def _split(given: str) -> tuple[str, str]:
    name, separator, value = given.partition("=")
    if not separator:
        raise SettingsError(f"--parameter {given}: write it as NAME=VALUE")
    return name, value


def _print_dry_run(document: dict[str, Any], vertex: VertexSettings, console: Console) -> None:
    from pipeline.vertex.dry_run import tasks_table, training_arithmetic

    console.print(f"project   {vertex.project}, {vertex.region}")
    console.print(f"artifacts {document['runtimeConfig']['gcsOutputDirectory']}", soft_wrap=True)
    console.print("", tasks_table(document), "", sep="\n")
    for line in training_arithmetic(document):
        console.print(line, soft_wrap=True)
    console.print("nothing was submitted")
