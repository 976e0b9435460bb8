"""The end of a run in a few lines: rows, metrics, verdict, where the model is, how to ask it."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass

from components.json_example_gen.row_counts import RowCounts, read_row_counts
from components.report.report_file import report_path
from components.run_records import RunRecord
from pipeline.dag import component_ids as ids
from pipeline.history.describe import format_counts, format_data, format_metrics
from pipeline.history.explanation import Explanation, read_explanation
from pipeline.layout import OutputLayout, shown


@dataclass(frozen=True)
class RunSummary:
    """What a finished run came to; `report` is the path of its HTML report."""

    counts: RowCounts
    explanation: Explanation
    pushed_version: str | None
    report: str | None

    @property
    def deployed(self) -> bool:
        """Whether the model was blessed and pushed."""
        return self.explanation.blessed and self.pushed_version is not None


def summarise(run: RunRecord) -> RunSummary:
    """Reads the summary of a finished run from its artifacts."""
    examples = run.output(ids.EXAMPLE_GEN, "examples")
    pushed = run.output(ids.PUSHER, "pushed_model")
    report = run.output(ids.REPORT, "report")
    assert examples, "a finished run has examples"
    return RunSummary(
        counts=read_row_counts(examples.uri),
        explanation=read_explanation(run),
        pushed_version=pushed.properties.get("pushed_version") if pushed else None,
        report=report_path(report.uri) if report else None,
    )


def format_summary(summary: RunSummary, output: str, log: str) -> str:
    """The lines that end a run."""
    explanation = summary.explanation
    serving = shown(OutputLayout(output).serving)
    model = shlex.quote(serving)
    verdict = "blessed" if explanation.blessed else "NOT blessed"
    lines = [
        f"rows      {format_counts(summary.counts)}",
        *([f"data      {format_data(explanation.data)}"] if explanation.data else []),
        f"metrics   {format_metrics(explanation.verdict)}",
        f"verdict   {verdict}: {explanation.reason}",
    ]
    if summary.deployed:
        lines += [
            f"pushed    {serving}/{summary.pushed_version}",
            f'try       {_command()} predict --model {model} "Senate passes budget at night"',
        ]
    else:
        lines.append("pushed    nothing; the model that was deployed before, if any, stays")
    if summary.report:
        lines.append(f"report    {shown(summary.report)}")
    return "\n".join([*lines, f"log       {shown(log)}"])


def _command() -> str:
    """How this program was called, to be copied into the terminal it was called from."""
    program = sys.argv[0]
    return shlex.quote(shown(program)) if os.path.basename(program) == "newscat" else "newscat"
