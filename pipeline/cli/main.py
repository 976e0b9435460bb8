"""`newscat`: collects the commands; a user's mistake becomes one message and an exit code."""

from __future__ import annotations

import os
import sys

import typer

from components.errors import CheckpointError, SettingsError, UserError
from pipeline.cli import exit_codes
from pipeline.cli.checkpoint_copy import checkpoint_copy
from pipeline.cli.compile import compile_
from pipeline.cli.data_copy import data_copy
from pipeline.cli.explain import explain
from pipeline.cli.plan import plan
from pipeline.cli.predict import predict
from pipeline.cli.rehearse import rehearse
from pipeline.cli.report import report
from pipeline.cli.run import run
from pipeline.cli.runs import runs
from pipeline.cli.submit import submit
from pipeline.cli.tokenize import tokenize

# TensorFlow's C++ start-up messages are noise on a terminal.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

app = typer.Typer(
    help="Fine-tune RoBERTa on news categories, and deploy only what passes the gate.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (run, predict, tokenize, runs, explain, report, plan, compile_, rehearse, submit):
    app.command(command.__name__.rstrip("_"))(command)
checkpoint = typer.Typer(help="Checkpoints for runs on Vertex AI.", no_args_is_help=True)
checkpoint.command("copy")(checkpoint_copy)
app.add_typer(checkpoint, name="checkpoint")
data = typer.Typer(help="Data for runs on Vertex AI.", no_args_is_help=True)
data.command("copy")(data_copy)
app.add_typer(data, name="data")


def main() -> None:
    """Entry point."""
    try:
        app()
    except UserError as error:
        print(f"newscat: {error}", file=sys.stderr)
        wrong_use = isinstance(error, SettingsError | CheckpointError)
        sys.exit(exit_codes.WRONG_USE if wrong_use else exit_codes.FAILED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(exit_codes.FAILED)


if __name__ == "__main__":
    main()
