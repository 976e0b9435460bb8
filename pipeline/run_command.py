"""`newscat run`: inputs, the run itself with its log in a file, and the summary."""

from __future__ import annotations

from rich.console import Console

from pipeline.display import line_width
from pipeline.failures import explain_failure
from pipeline.inputs import resolve_inputs
from pipeline.layout import shown
from pipeline.log_file import new_log_file, output_to_file
from pipeline.settings import Settings


def run_and_summarise(settings: Settings) -> bool:
    """Runs the pipeline and prints the summary.

    Returns:
        Whether the model was blessed and pushed.

    Raises:
        UserError: a wrong input, or what a component refused.
        RunFailedError: a component failed otherwise.
    """
    settings = resolve_inputs(settings)
    log = new_log_file(settings.output)
    with output_to_file(log) as terminal:
        console = Console(file=terminal, highlight=False, width=line_width(terminal))
        console.print(f"Output in {shown(settings.output)}, log in {shown(log)}")
        try:
            # Not a rich status: it stands in for standard error while it shows, and the loggers
            # that TFX sets up on import would keep writing to the terminal through it.
            console.print("Loading TFX, which takes 5 to 70 seconds")
            from pipeline.local_runner import run_locally
            from pipeline.summary import format_summary, summarise

            record = run_locally(settings, console)
        except Exception as error:
            raise explain_failure(error, log) from error
        summary = summarise(record)
        console.print()
        console.print(format_summary(summary, settings.output, log), markup=False, soft_wrap=True)
        return summary.deployed
