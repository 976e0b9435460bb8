"""`newscat rehearse`: a compiled file executed on this machine before it is submitted."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from components.errors import SettingsError
from pipeline.cli import exit_codes
from pipeline.dag import component_ids as ids
from pipeline.dag.parameters import DATA_FOLDER, TRAINER_CONFIG
from pipeline.layout import shown
from pipeline.output_folder import check_output
from pipeline.terminal.console import line_console
from pipeline.terminal.display import RunDisplay
from pipeline.vertex.job_document import load_document

if TYPE_CHECKING:
    from pipeline.rehearsal.job import Job


def rehearse(
    compiled: Annotated[Path, typer.Argument(help="File that `newscat compile` wrote.")],
    data: Annotated[Path, typer.Option(help="JSON lines in place of the job's.")],
    checkpoint: Annotated[Path, typer.Option(help="Folder in place of the job's checkpoint.")],
    output: Annotated[Path, typer.Option(help="Folder for artifacts and logs.")] = Path(
        "output/rehearsal"
    ),
    python: Annotated[
        str | None, typer.Option(help="Python of the environment that stands in for the image.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the job's.")] = None,
) -> None:
    """Execute a compiled pipeline on this machine, task by task, as Vertex AI would.

    Every task runs its container's own command, with the project installed from its distribution
    and without this checkout. Exit codes are those of `run`.
    """
    from pipeline.history.describe import format_data, format_metrics
    from pipeline.rehearsal.job import read_job
    from pipeline.rehearsal.package import install_distribution
    from pipeline.rehearsal.process import Container
    from pipeline.rehearsal.rehearse import Rehearsal
    from pipeline.rehearsal.storage import map_buckets

    output = Path(check_output(str(output)))
    document = map_buckets(load_document(compiled), output / "buckets")
    notes = adapt_training(document, epochs)
    job = read_job(document)
    output.mkdir(parents=True, exist_ok=True)
    place_inputs(job, data, checkpoint)
    console = line_console()
    console.print(f"Rehearsing {compiled}, logs below {shown(str(output / 'logs'))}")
    for note in notes:
        console.print(note)
    with tempfile.TemporaryDirectory() as scratch, RunDisplay(console) as display:
        display.start("package")
        site = install_distribution(Path(scratch))
        display.finish("done", "the distribution, installed apart from the checkout")
        rehearsal = Rehearsal(job, output, Container(python or sys.executable, site))
        rehearsal.run(display)
    explanation = rehearsal.explain()
    verdict = "blessed" if explanation.blessed else "NOT blessed"
    console.print()
    if explanation.data:
        console.print(f"data      {format_data(explanation.data)}", soft_wrap=True)
    console.print(f"metrics   {format_metrics(explanation.verdict)}")
    console.print(f"verdict   {verdict}: {explanation.reason}", soft_wrap=True)
    pushed = rehearsal.pushed
    console.print(f"pushed    {shown(pushed) if pushed else 'nothing'}")
    if not (explanation.blessed and pushed):
        raise typer.Exit(exit_codes.NOT_BLESSED)


def adapt_training(document: dict[str, Any], epochs: int | None) -> list[str]:
    """Changes what this machine cannot do, and says so.

    Args:
        document: the compiled job, which is changed.
        epochs: to train; None for the job's own.

    Returns:
        A line for each change.
    """
    values = document["runtimeConfig"]["parameters"]
    config = json.loads(values[TRAINER_CONFIG]["stringValue"])
    recipe, notes = config["recipe"], []
    if recipe["strategy"] == "tpu":
        recipe["strategy"] = "auto"
        notes.append("changed   trainer.strategy from tpu to auto, for want of a TPU")
    if epochs is not None:
        recipe["epochs"] = epochs
        notes.append(f"changed   trainer.epochs to {epochs}")
    values[TRAINER_CONFIG]["stringValue"] = json.dumps(config)
    return notes


def place_inputs(job: Job, data: Path, checkpoint: Path) -> None:
    """Puts data and checkpoint where the mapped job looks for them.

    Raises:
        SettingsError: there is no such file or folder.
    """
    from pipeline.rehearsal.storage import place_checkpoint, place_data

    parameters = job.task(ids.EXAMPLE_GEN).parameters
    for split in json.loads(parameters["input_config"]["stringValue"])["splits"]:
        place_data(data, job.parameters[DATA_FOLDER], split["pattern"])
    source = json.loads(job.parameters[TRAINER_CONFIG])["checkpoint"]
    if not os.path.isabs(source):
        raise SettingsError(f"the job's checkpoint {source} is not on gs://; compile it anew")
    place_checkpoint(checkpoint, source)
