"""`newscat`: collects the commands; however one ends, there is one message and an exit code."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress

import click
import typer

from pipeline.cli import exit_codes
from pipeline.cli.checkpoint_copy import checkpoint_copy
from pipeline.cli.command import Command
from pipeline.cli.compile import compile_
from pipeline.cli.data_copy import data_copy
from pipeline.cli.data_describe import data_describe
from pipeline.cli.data_fetch import data_fetch
from pipeline.cli.explain import explain
from pipeline.cli.plan import plan
from pipeline.cli.predict import predict
from pipeline.cli.quarantine import quarantine
from pipeline.cli.rehearse import rehearse
from pipeline.cli.report import report
from pipeline.cli.run import run
from pipeline.cli.runs import runs
from pipeline.cli.settings import settings
from pipeline.cli.submit import submit
from pipeline.cli.taxonomy_check import taxonomy_check
from pipeline.cli.taxonomy_init import taxonomy_init
from pipeline.cli.tokenize import tokenize
from pipeline.terminal.failures import say, say_error

# TensorFlow's C++ start-up messages are noise on a terminal.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_COMMANDS = (
    *(run, predict, tokenize, runs, explain, report, quarantine, settings),
    *(plan, compile_, rehearse, submit),
)
app = typer.Typer(
    help="Fine-tune RoBERTa on news categories, and deploy only what passes the gate.",
    epilog=exit_codes.epilog(),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
checkpoint = typer.Typer(help="Checkpoints for runs on Vertex AI.", no_args_is_help=True)
data = typer.Typer(help="Files of rows, before any run.", no_args_is_help=True)
taxonomy = typer.Typer(help="Categories and the classes they make.", no_args_is_help=True)
for group, name, command in (
    *((app, each.__name__.rstrip("_"), each) for each in _COMMANDS),
    (checkpoint, "copy", checkpoint_copy),
    (data, "fetch", data_fetch),
    (data, "describe", data_describe),
    (data, "copy", data_copy),
    (taxonomy, "init", taxonomy_init),
    (taxonomy, "check", taxonomy_check),
):
    group.command(name, cls=Command, epilog=exit_codes.epilog())(command)
app.add_typer(checkpoint, name="checkpoint")
app.add_typer(data, name="data")
app.add_typer(taxonomy, name="taxonomy")


def main() -> None:
    """Entry point."""
    if None in (sys.stdout, sys.stderr):
        # What is printed would be lost, or land in a file that has got the free number.
        sys.exit(say("standard output or standard error is closed", exit_codes.FAILED))
    if isinstance(sys.stdout, io.TextIOWrapper):
        with suppress(OSError):  # of a descriptor that was exchanged after Python had begun
            sys.stdout.reconfigure(errors="backslashreplace")  # not every locale has all characters
    # Raised where the program is, as Ctrl-C is: what it has begun is put away.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(exit_codes.TERMINATED))
    code = run_command()
    if code in (exit_codes.INTERRUPTED, exit_codes.TERMINATED):
        # A second Ctrl-C, given while Python tears down what it has loaded, changes nothing.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        say(exit_codes.MEANINGS[code], code)
    sys.exit(code)


def run_command() -> int:
    """Runs what the command line asks for, and returns the exit code."""
    try:
        code = app(prog_name="newscat", standalone_mode=False) or exit_codes.DONE
        sys.stdout.flush()  # a full disk is seen here at the latest
        return code
    except click.ClickException as error:
        return _say_usage(error)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else say(str(end.code), exit_codes.FAILED)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        _drop_output()
        return exit_codes.FAILED
    except Exception as error:
        code = say_error(error)
        if isinstance(error, OSError):
            _drop_output()
        return code


def _say_usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    help_ = f" (`{context.command_path} --help` tells what it takes)" if context else ""
    return say(f"{error.format_message()}{help_}", error.exit_code)


def _drop_output() -> None:
    """Nothing is to be written at the end either, where writing has failed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
