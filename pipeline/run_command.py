"""`newscat run`: inputs, the run itself with its log in a file, and the summary."""

from __future__ import annotations

import datetime
import os

from rich.console import Console

from components.errors import UserError
from pipeline.inputs import resolve_inputs
from pipeline.layout import OutputLayout, shown
from pipeline.settings import Settings


class RunFailedError(UserError):
    """A component failed for a reason that is not the user's mistake; the log has the details."""


def run_and_summarise(settings: Settings) -> bool:
    """Runs the pipeline and prints the summary.

    Returns:
        Whether the model was blessed and pushed.

    Raises:
        UserError: a wrong input, or what a component refused.
        RunFailedError: a component failed otherwise.
    """
    from pipeline.log_file import output_to_file

    settings = resolve_inputs(settings)
    log = _log_file(settings.output)
    with output_to_file(log) as terminal:
        console = Console(file=terminal, highlight=False, width=_width(terminal))
        console.print(f"Output in {shown(settings.output)}, log in {shown(log)}")
        try:
            # Not a rich status: it stands in for standard error while it shows, and the loggers
            # that TFX sets up on import would keep writing to the terminal through it.
            console.print("Loading TFX, which takes 5 to 70 seconds")
            from pipeline.local_runner import run_locally
            from pipeline.summary import format_summary, summarise

            record = run_locally(settings, console)
        except Exception as error:
            raise _explain(error, log) from error
        summary = summarise(record)
        console.print()
        console.print(format_summary(summary, settings.output, log), markup=False, soft_wrap=True)
        return summary.deployed


def _log_file(output: str) -> str:
    name = f"{datetime.datetime.now():%Y-%m-%dT%H-%M-%S}-{os.getpid()}.log"
    return os.path.join(OutputLayout(output).logs, name)


def _width(terminal: object) -> int | None:
    """The terminal's own width; in a file or a pipe lines are not broken."""
    return None if terminal.isatty() else 10_000  # type: ignore[attr-defined]


def _explain(error: BaseException, log: str) -> UserError:
    """The user's mistake behind an exception, wherever in its chain; else where to read on."""
    import traceback

    traceback.print_exception(error)  # standard error is the log file here
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UserError):
            return cause
        cause = cause.__cause__ or cause.__context__
    # TensorFlow puts the reason last, after the user code that led there.
    last_line = str(error).strip().rpartition("\n")[2].strip()
    return RunFailedError(f"{type(error).__name__}: {last_line} (all of it in {shown(log)})")
