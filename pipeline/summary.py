"""The end of a run in a few lines: rows, metrics, verdict, where the model is, how to ask it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from components.evaluation.verdict import Verdict, read_verdict
from components.json_example_gen.executor import read_row_counts
from components.json_example_gen.row_counts import RowCounts
from components.report.report_file import report_path
from pipeline.describe import format_counts, format_metrics
from pipeline.layout import OutputLayout, shown
from pipeline.run_records import RunRecord


@dataclass(frozen=True)
class RunSummary:
    """What a finished run came to; `report` is the path of its HTML report."""

    counts: RowCounts
    verdict: Verdict
    pushed_version: str | None
    report: str | None

    @property
    def deployed(self) -> bool:
        """Whether the model was blessed and pushed."""
        return self.verdict.blessed and self.pushed_version is not None


def summarise(run: RunRecord) -> RunSummary:
    """Reads the summary of a finished run from its artifacts."""
    examples = run.output("JsonExampleGen", "examples")
    evaluation = run.output("Evaluator", "evaluation")
    pushed = run.output("Pusher", "pushed_model")
    report = run.output("Report", "report")
    assert examples and evaluation, "a finished run has examples and an evaluation"
    return RunSummary(
        counts=read_row_counts(examples.uri),
        verdict=read_verdict(evaluation.uri),
        pushed_version=pushed.properties.get("pushed_version") if pushed else None,
        report=report_path(report.uri) if report else None,
    )


def format_summary(summary: RunSummary, output: str, log: str) -> str:
    """The lines that end a run."""
    verdict = summary.verdict
    serving = shown(OutputLayout(output).serving)
    lines = [
        f"rows      {format_counts(summary.counts)}",
        f"metrics   {format_metrics(verdict)}",
        f"verdict   {'blessed' if verdict.blessed else 'NOT blessed'}: {verdict.reason}",
    ]
    if summary.deployed:
        lines += [
            f"pushed    {serving}/{summary.pushed_version}",
            f'try       {_command()} predict --model {serving} "Senate passes budget at night"',
        ]
    else:
        lines.append("pushed    nothing; the model that was deployed before, if any, stays")
    if summary.report:
        lines.append(f"report    {shown(summary.report)}")
    return "\n".join([*lines, f"log       {shown(log)}"])


def _command() -> str:
    """How this program was called, to be copied into the terminal it was called from."""
    return shown(sys.argv[0]) if os.path.basename(sys.argv[0]) == "newscat" else "newscat"
