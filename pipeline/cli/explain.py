"""`newscat explain`: every rule on the data and of the gate, and what was compared with what."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from components.data_validation.verdict import DataVerdict
from components.evaluation.rules import Side
from components.evaluation.verdict import RuleResult
from components.preprocessing import features
from components.run_records import RunRecords
from components.serving_check.findings import Finding
from pipeline.cli import exit_codes
from pipeline.cli.options import PastOutputOption, RunArgument
from pipeline.history.explanation import Explanation, read_explanation, read_run_data
from pipeline.layout import OutputLayout, find_output
from pipeline.terminal.console import PlainConsole, table_console


def explain(
    run: RunArgument = None,
    output: PastOutputOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show every rule on the data, of the gate and of the serving check, and what was compared."""
    folder = find_output(output)
    record = RunRecords(OutputLayout(folder).metadata).find(run)
    data = read_run_data(record)
    if data and data.refused:
        _explain_refusal(record.name, data, as_json)
        raise typer.Exit(exit_codes.DATA_REFUSED)
    explanation = read_explanation(record)
    if as_json:
        print(json.dumps(to_json(explanation), indent=1))
    else:
        _print(explanation, table_console())
    if not explanation.blessed:
        raise typer.Exit(exit_codes.NOT_BLESSED)


def to_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation for machines: `blessed`, `rules`, and what was compared."""
    comparison = explanation.verdict.comparison
    return {
        "run": explanation.run_id,
        "blessed": explanation.blessed,
        "candidate": comparison.candidate,
        "baseline": comparison.baseline,
        "no_baseline_because": comparison.reason or None,
        "examples": comparison.examples,
        "classes_too_small_to_judge": explanation.verdict.too_small,
        "data": data_to_json(explanation.data) if explanation.data else None,
        "rules": [
            *(_to_json(r.metric, r.slice, r, r.baseline) for r in explanation.verdict.rules),
            *(_to_json(f.name, features.SERVING, f) for f in explanation.findings),
        ],
    }


def data_to_json(data: DataVerdict) -> dict[str, Any]:
    """The verdict on the rows for machines, broken rules first."""
    return {
        "refused": data.refused,
        "baseline": data.baseline,
        "not_compared": list(data.notes),
        "judged_on": data.judged_on,
        "rules": [asdict(finding) for finding in data.broken_first],
    }


def _explain_refusal(run: str, data: DataVerdict, as_json: bool) -> None:
    """Shows a run that ended before anything was trained."""
    if as_json:
        shown = {"run": run, "blessed": False, "rules": [], "data": data_to_json(data)}
        print(json.dumps(shown, indent=1))
        return
    console = table_console()
    console.print(f"run        {run}")
    console.print("verdict    the data is REFUSED, nothing was trained")
    _print_data(data, console)


def _print_data(data: DataVerdict, console: PlainConsole) -> None:
    console.print(f"data       compared with {data.baseline or 'none'}", soft_wrap=True)
    for note in data.notes:
        console.print(f"           {note}", soft_wrap=True)
    table = Table("data", "rows", "", "found", box=None)
    for finding in data.broken_first:
        outcome = _outcome(True) if finding.passed else "FAIL" if finding.stops else "warn"
        table.add_row(finding.rule, finding.rows, outcome, finding.sentence)
    console.print()
    console.print(table)


def _to_json(
    metric: str, slice_: str, result: RuleResult | Finding, baseline: float | None = None
) -> dict[str, Any]:
    return {
        "metric": metric,
        "slice": slice_,
        "value": _finite(result.value),
        "bound": result.bound,
        "baseline": _finite(baseline),
        "passed": result.passed,
        "reason": str(result),
    }


def _finite(value: float | None) -> float | None:
    """JSON knows neither NaN nor infinity."""
    return value if value is not None and math.isfinite(value) else None


def _print(explanation: Explanation, console: PlainConsole) -> None:
    verdict, comparison = explanation.verdict, explanation.verdict.comparison
    console.print(f"run        {explanation.run_id}")
    console.print(f"verdict    {'blessed' if explanation.blessed else 'NOT blessed'}")
    console.print(f"candidate  {comparison.candidate}", soft_wrap=True)
    baseline = comparison.baseline or f"none: {comparison.reason}"
    console.print(f"baseline   {baseline}", soft_wrap=True)
    console.print(f"rows       {comparison.examples}", soft_wrap=True)
    if verdict.too_small:
        small = ", ".join(f"{name} ({rows})" for name, rows in verdict.too_small.items())
        console.print(f"too small  for rules on classes: {small}", soft_wrap=True)
    for failure in explanation.failures:
        console.print(f"failed     {failure}", soft_wrap=True)
    if explanation.data:
        _print_data(explanation.data, console)
    console.print()
    console.print(_rules_table(verdict.rules))
    if explanation.findings:
        console.print()
        console.print(_findings_table(explanation.findings))


def _rules_table(rules: list[RuleResult]) -> Table:
    table = Table("rule", "slice", box=None)
    for column in ("value", "bound", "baseline"):
        table.add_column(column, justify="right")
    table.add_column("")
    for rule in rules:
        table.add_row(
            rule.metric,
            rule.slice,
            f"{rule.value:.4f}",
            f"{'≥' if rule.rule.side is Side.LEAST else '≤'} {rule.bound:.4f}",
            "" if rule.baseline is None else f"{rule.baseline:.4f}",
            _outcome(rule.passed),
        )
    return table


def _findings_table(findings: list[Finding]) -> Table:
    table = Table("serving check", "", "seen", box=None)
    for finding in findings:
        table.add_row(finding.name, _outcome(finding.passed), finding.seen)
    return table


def _outcome(passed: bool) -> str:
    return "pass" if passed else "FAIL"
