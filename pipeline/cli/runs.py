"""`newscat runs`: past runs of an output folder, as a table."""

from __future__ import annotations

from rich.table import Table

from components.evaluation.figures import FIGURES
from components.evaluation.verdict import read_verdict
from components.files import DocumentError
from components.run_records import RunRecord, RunRecords
from pipeline.cli.options import PastOutputOption
from pipeline.dag import component_ids as ids
from pipeline.history.explanation import read_explanation
from pipeline.layout import OutputLayout, find_output
from pipeline.terminal.console import table_console

_FIGURES = [figure for figure in FIGURES if figure.in_lists]


def runs(output: PastOutputOption = None) -> None:
    """List past runs with their verdicts and main figures, from ML Metadata."""
    table = Table(
        "run", "pipeline", "seconds", "result", *(f.brief for f in _FIGURES), "pushed", box=None
    )
    for run in RunRecords(OutputLayout(find_output(output)).metadata).runs():
        pushed = run.output(ids.PUSHER, "pushed_model")
        version = str(pushed.properties.get("pushed_version", "")) if pushed else ""
        table.add_row(
            run.name,
            run.pipeline,
            f"{_seconds(run):.0f}",
            _result(run),
            *_figures(run),
            version,
        )
    table_console().print(table)


def _seconds(run: RunRecord) -> float:
    return sum((step.ended - step.started).total_seconds() for step in run.steps.values())


def _result(run: RunRecord) -> str:
    if run.failed_component == ids.DATA_GATE:
        return "data refused"
    if run.failed_component:
        return f"failed in {run.failed_component}"
    if run.output(ids.PUSHER, "pushed_model") is None:
        return "not finished"
    try:
        return "blessed" if read_explanation(run).blessed else "not blessed"
    except DocumentError:
        return "cannot be read"


def _figures(run: RunRecord) -> list[str]:
    evaluation = run.output(ids.EVALUATOR, "evaluation")
    if evaluation is None or not run.ended(ids.EVALUATOR):
        return [""] * len(_FIGURES)
    try:
        measured = read_verdict(evaluation.uri).candidate.overall
    except DocumentError:
        return ["?"] * len(_FIGURES)
    return [f"{measured[figure.metric]:.3f}" for figure in _FIGURES]
