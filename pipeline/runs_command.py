"""`newscat runs`: past runs of an output folder, as a table."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from pipeline.layout import OutputLayout
from pipeline.run_records import RunRecord, RunRecords

_PLAIN_WIDTH = 160


def list_runs(output: str) -> None:
    """Prints a line a run, the oldest first."""
    table = Table("run", "pipeline", "seconds", "result", "pushed version", box=None)
    for run in RunRecords(OutputLayout(output).metadata).runs():
        pushed = run.output("Pusher", "pushed_model")
        version = str(pushed.properties.get("pushed_version", "")) if pushed else ""
        table.add_row(
            run.run_id.partition(".")[0],
            run.pipeline,
            f"{_seconds(run):.0f}",
            _result(run),
            version,
        )
    # In a pipe there is no terminal to fit into, and a script wants a run on one line.
    Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH).print(table)


def _seconds(run: RunRecord) -> float:
    return sum((step.ended - step.started).total_seconds() for step in run.steps.values())


def _result(run: RunRecord) -> str:
    if run.failed_component:
        return f"failed in {run.failed_component}"
    blessing = run.output("Evaluator", "blessing")
    if blessing is None:
        return "not finished"
    return "blessed" if blessing.properties.get("blessed") else "not blessed"
