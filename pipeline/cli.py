"""The command line, `newscat`: arguments are read here, the work is done elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from components.errors import CheckpointError, SettingsError, UserError
from pipeline.plan.epoch import DEFAULT_SHARE

# TensorFlow's C++ start-up messages are noise on a terminal.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

EXIT_NOT_BLESSED = 3
EXIT_WRONG_USE = 2
EXIT_FAILED = 1

app = typer.Typer(
    help="Fine-tune RoBERTa on news categories, and deploy only what passes the gate.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Profile = Annotated[str, typer.Option(help="Name of a profile, or a YAML file.")]
Data = Annotated[str | None, typer.Option(help="JSON-lines file or glob (data.files).")]
Checkpoint = Annotated[str | None, typer.Option(help="Folder or Hub id (checkpoint.source).")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Any setting, say trainer.epochs=3."),
]
Output = Annotated[str | None, typer.Option(help="Folder that holds everything a run writes.")]


@app.command()
def run(
    profile: Profile = "demo",
    data: Data = None,
    checkpoint: Checkpoint = None,
    set_: Overrides = None,
    output: Output = None,
) -> None:
    """Run the pipeline on this machine.

    Exit code 0: blessed and pushed. 3: finished, not blessed. 2: wrong use or settings.
    1: anything else.
    """
    from pipeline.profiles import load_settings
    from pipeline.run_command import run_and_summarise

    settings = load_settings(profile, _overrides(data, checkpoint, output, set_))
    if not run_and_summarise(settings):
        raise typer.Exit(EXIT_NOT_BLESSED)


@app.command()
def predict(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="HEADLINE [DESCRIPTION]", show_default=False)
    ] = None,
    model: Annotated[str, typer.Option(help="SavedModel, or a folder of versions.")] = "",
    file: Annotated[Path | None, typer.Option(help="JSON lines with headlines.")] = None,
    to: Annotated[Path | None, typer.Option(help="File to write, with --file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for machines.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
    explain_tokens: Annotated[bool, typer.Option(help="Show the sub-words as well.")] = False,
) -> None:
    """Print the three likeliest categories of a headline, or of every row of a file."""
    from components.prediction.formats import Format
    from pipeline.predict_command import predict_file, predict_text

    if not model:
        raise SettingsError("predict needs --model DIR, the serving/ folder of a run")
    if (file is None) == (not text) or len(text or []) > 2:
        raise SettingsError("predict takes HEADLINE [DESCRIPTION], or --file ROWS.json")
    if as_json and as_csv:
        raise SettingsError("predict writes --json or --csv, not both")
    if to is not None and file is None:
        raise SettingsError("--to goes with --file")
    form = Format.JSON if as_json else Format.CSV if as_csv else Format.TEXT
    if file is not None:
        predict_file(model, file, to, form, explain_tokens)
    else:
        headline, description = [*(text or []), ""][:2]
        predict_text(model, headline, description, form, explain_tokens)


@app.command()
def tokenize(
    text: Annotated[list[str] | None, typer.Argument(show_default=False)] = None,
    checkpoint: Annotated[str, typer.Option(help="Folder or Hub id with a tokenizer.")] = "",
    revision: Annotated[str | None, typer.Option(help="Commit of a Hub id.")] = None,
    file: Annotated[Path | None, typer.Option(help="JSON lines with headlines.")] = None,
    max_length: Annotated[int, typer.Option(min=3, help="Tokens kept, specials included.")] = 512,
    as_json: Annotated[bool, typer.Option("--json", help="Print one list of ids a line.")] = False,
) -> None:
    """Show the sub-words and ids that the Transform graph makes of a text."""
    from pipeline.tokenize_command import tokenize_texts

    if not checkpoint:
        raise SettingsError("tokenize needs --checkpoint DIR_OR_ID")
    if (file is None) == (not text):
        raise SettingsError("tokenize takes texts, or --file ROWS.json")
    tokenize_texts(checkpoint, revision, file or text or [], max_length, as_json)


Past = Annotated[str | None, typer.Option(help="Output folder; default: the one used last.")]
Run = Annotated[
    str | None, typer.Argument(metavar="[RUN]", help="As `runs` names it; default: the latest.")
]


@app.command()
def runs(output: Past = None) -> None:
    """List past runs with their verdicts and main figures, from ML Metadata."""
    from pipeline.runs_command import list_runs

    list_runs(output)


@app.command()
def explain(
    run: Run = None,
    output: Past = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show every rule of the gate, and what was compared with what.

    Exit code 0: blessed. 3: not blessed. 2: no such run.
    """
    from pipeline.explain_command import explain as explain_run

    if not explain_run(output, run, as_json):
        raise typer.Exit(EXIT_NOT_BLESSED)


@app.command()
def report(
    run: Run = None,
    output: Past = None,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in the web browser.")
    ] = True,
    to: Annotated[Path | None, typer.Option(help="File to copy it to, say to send it.")] = None,
) -> None:
    """Open the HTML report of a run, one file that shows what it measured and decided."""
    from pipeline.report_command import show_report

    show_report(output, run, to, open_)


@app.command()
def plan(
    profile: Profile = "kaggle",
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
    data: Data = None,
    checkpoint: Checkpoint = None,
    set_: Overrides = None,
    share: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Share of the peak that is assumed.")
    ] = DEFAULT_SHARE,
) -> None:
    """Show what training would need of a TPU: memory and FLOPs, from the TPU's own compiler.

    Needs no TPU, and makes an environment of 1.2 GB for the compiler the first time. A length
    takes minutes.
    """
    from pipeline.plan_command import plan_settings, print_plan

    given = _overrides(data, checkpoint, None, set_)
    print_plan(plan_settings(profile, given, batch, length, precision), topology, share)


@app.command(name="compile")
def compile_(
    profile: Profile = "vertex",
    to: Annotated[Path, typer.Option("--to", "-o", help="File to write.")] = Path("pipeline.json"),
    data: Annotated[str | None, typer.Option(help="gs:// file or glob (data.files).")] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help="gs:// folder (checkpoint.source).")
    ] = None,
    runner: Annotated[
        str | None, typer.Option(help="Of Beam: direct or dataflow (vertex.runner).")
    ] = None,
    set_: Overrides = None,
) -> None:
    """Compile the pipeline to the file that Vertex AI Pipelines executes."""
    from pipeline.compile_command import compile_to

    given = [*([f"vertex.runner={runner}"] if runner else []), *(set_ or [])]
    compile_to(profile, _overrides(data, checkpoint, None, given), to)


@app.command()
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
    from pipeline.rehearse_command import rehearse as rehearse_file

    if not rehearse_file(compiled, data, checkpoint, output, python, epochs):
        raise typer.Exit(EXIT_NOT_BLESSED)


@app.command()
def submit(
    compiled: Annotated[
        Path | None, typer.Argument(help="File of `newscat compile`; compiled now if not given.")
    ] = None,
    profile: Profile = "vertex",
    data: Annotated[str | None, typer.Option(help="gs:// file or glob (data.files).")] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help="gs:// folder (checkpoint.source).")
    ] = None,
    set_: Overrides = None,
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

    Exit code 0: submitted, or blessed and pushed. 3: ended, not blessed. 2: wrong use or settings.
    1: refused, or failed there. To stop watching (Ctrl-C) does not stop the job.
    """
    from pipeline.submit_command import SubmitOptions
    from pipeline.submit_command import cancel as cancel_job
    from pipeline.submit_command import submit as submit_job

    given = _overrides(data, checkpoint, None, set_)
    if cancel:
        cancel_job(cancel, profile, given)
        return
    options = SubmitOptions(wait, schedule, dry_run, parameter or (), job_id, cache)
    if not submit_job(compiled, profile, given, options):
        raise typer.Exit(EXIT_NOT_BLESSED)


checkpoint_app = typer.Typer(help="Checkpoints in a bucket.", no_args_is_help=True)
data_app = typer.Typer(help="Rows in a bucket.", no_args_is_help=True)
app.add_typer(checkpoint_app, name="checkpoint")
app.add_typer(data_app, name="data")


@checkpoint_app.callback()
@data_app.callback()
def _with_subcommands() -> None:
    """Makes typer keep the name of an only subcommand."""


@checkpoint_app.command("copy")
def copy_checkpoint(
    source: Annotated[str, typer.Argument(help="Folder, or an id on the Hub.")],
    destination: Annotated[str, typer.Argument(help="Folder, say gs://BUCKET/roberta-base.")],
    revision: Annotated[str | None, typer.Option(help="Commit of a Hub id.")] = None,
) -> None:
    """Copy a checkpoint to a bucket; print what to give to `compile`."""
    from pipeline.copy_command import copy_checkpoint as copy

    copy(source, revision, destination)


@data_app.command("copy")
def copy_data(
    file: Annotated[Path, typer.Argument(help="JSON lines.")],
    destination: Annotated[str, typer.Argument(help="File or folder/, say gs://BUCKET/data/.")],
    optional_class: Annotated[
        list[str] | None, typer.Option(help="Optional class of the taxonomy to keep.")
    ] = None,
) -> None:
    """Check every row of a file and copy it to a bucket; print what to give to `compile`."""
    from pipeline.copy_command import copy_data as copy

    copy(file, destination, optional_class or [])


def _overrides(
    data: str | None, checkpoint: str | None, output: str | None, given: list[str] | None
) -> list[str]:
    """What the options of a command set, as `key=value` texts."""
    shortcuts = {"data.files": data, "checkpoint.source": checkpoint, "output": output}
    overrides = [f"{key}={_quoted(value)}" for key, value in shortcuts.items() if value is not None]
    if checkpoint is not None:
        # The profile's revision and fingerprint belong to the profile's checkpoint.
        overrides += ["checkpoint.revision=null", "checkpoint.fingerprint=null"]
    return [*overrides, *(given or [])]


def _quoted(value: str) -> str:
    """A command-line argument as a YAML string, so that `--data 2022` stays text."""
    import json

    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Entry point; turns a user's mistake into one message and an exit code."""
    try:
        app()
    except UserError as error:
        print(f"newscat: {error}", file=sys.stderr)
        wrong_use = isinstance(error, SettingsError | CheckpointError)
        sys.exit(EXIT_WRONG_USE if wrong_use else EXIT_FAILED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
