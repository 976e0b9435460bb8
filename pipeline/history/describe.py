"""What a component made, in half a line."""

from __future__ import annotations

import json
import os

from components.article.fields import CATEGORY
from components.classifier.history import read_history
from components.data_validation.anomalies import read_anomalies
from components.data_validation.schema_file import read_run_schema
from components.data_validation.verdict import DataVerdict, read_data_verdict
from components.evaluation.figures import FIGURES
from components.evaluation.verdict import Verdict, in_one_line, read_verdict
from components.json_example_gen.row_counts import RowCounts, read_row_counts
from components.report.report_file import report_path
from components.run_records import ArtifactRecord, StepRecord
from components.serving_check.findings import LATENCY_P50
from components.splits import EVAL
from pipeline.dag import component_ids as ids
from pipeline.history.explanation import read_serving_check
from pipeline.layout import shown


def describe(step: StepRecord) -> str:
    """Says what a finished component made: rows, classes, loss, metrics, a verdict."""
    describe_output = _DESCRIPTIONS.get(step.component)
    if describe_output is None:
        return _WITHOUT_OUTPUT.get(step.component, "")
    key, text = describe_output
    artifact = step.output(key)
    return text(artifact) if artifact else _NOTHING.get(step.component, "nothing")


def format_counts(counts: RowCounts) -> str:
    """Rows by outcome, in words."""
    parts = [f"{counts.read:,} rows read, {counts.accepted:,} accepted"]
    parts += [f"{rows:,} of {name} excluded" for name, rows in sorted(counts.excluded.items())]
    if left_out := sum(counts.left_out.values()):
        parts.append(f"{left_out:,} left out")
    return ", ".join([*parts, f"{counts.quarantined:,} quarantined"]) + counts.note


def format_metrics(verdict: Verdict) -> str:
    """The main metrics, in words."""
    return ", ".join(
        f"{figure.brief} {verdict.candidate.overall[figure.metric]:.3f}"
        for figure in FIGURES
        if figure.brief
    )


def _describe_statistics(statistics: ArtifactRecord) -> str:
    *splits, last = json.loads(statistics.properties["split_names"])
    return f"statistics of {', '.join(splits)} and {last}"


def format_data(verdict: DataVerdict) -> str:
    """The verdict on the rows, in a line; of rules that are broken those that stop come first."""
    applied, broken = len(verdict.findings), verdict.broken
    if not broken:
        return f"holds: {applied} rules"
    stops, warnings = (
        [str(finding) for finding in broken if finding.stops is stopping]
        for stopping in (True, False)
    )
    if stops:
        return f"REFUSED, {in_one_line(stops)}"
    return f"holds, {len(warnings)} of {applied} rules warn: {in_one_line(warnings)}"


def _describe_schema(schema: ArtifactRecord) -> str:
    found = read_run_schema(schema.uri)
    categories = sum(len(f.string_domain.value) for f in found.feature if f.name == CATEGORY)
    return (
        f"{len(found.feature)} features, {categories} categories of the taxonomy, "
        f"{found.dataset_constraints.min_examples_count:,} rows a split or more"
    )


def _describe_anomalies(anomalies: ArtifactRecord) -> str:
    splits = json.loads(anomalies.properties["split_names"])
    found = [f"{each.split}: {each.feature}" for each in read_anomalies(anomalies.uri, splits)]
    return f"anomalies in {', '.join(found)}" if found else "no anomalies"


def _describe_training(model_run: ArtifactRecord) -> str:
    epochs = read_history(model_run.uri)
    last = epochs[-1]
    return (
        f"{len(epochs)} epochs, loss {last['train']['loss']:.3f}, "
        f"eval loss {last['eval']['loss']:.3f}, eval top-1 {last['eval']['top_1']:.3f}"
    )


def _describe_blessing(evaluation: ArtifactRecord) -> str:
    verdict = read_verdict(evaluation.uri)
    outcome = "blessed" if verdict.blessed else f"NOT blessed, {verdict.reason}"
    return f"{outcome}; {format_metrics(verdict)}"


def _describe_serving(blessing: ArtifactRecord) -> str:
    findings = read_serving_check(blessing)
    failed = next((finding for finding in findings if not finding.passed), None)
    if failed:
        return f"NOT blessed, {failed}"
    medians = [f.value for f in findings if f.name == LATENCY_P50 and f.value]
    latency = f"; a request takes {medians[0]:.1f} ms" if medians else ""
    return f"blessed: all {len(findings)} checks hold{latency}"


def _describe_push(pushed: ArtifactRecord) -> str:
    if not pushed.properties.get("pushed"):
        return "nothing pushed"
    return f"version {pushed.properties['pushed_version']}"


def _describe_batch(examples: ArtifactRecord) -> str:
    return f"scores in {examples.uri}" if os.path.isdir(examples.uri) else "nothing scored"


def _describe_report(report: ArtifactRecord) -> str:
    rows = report.properties["rows_scored"]
    split = report.properties.get("judged_split", EVAL)
    return f"{rows:,} {split} rows scored; {shown(report_path(report.uri))}"


_DESCRIPTIONS = {
    ids.EXAMPLE_GEN: ("examples", lambda a: format_counts(read_row_counts(a.uri))),
    ids.BATCH_EXAMPLE_GEN: ("examples", lambda a: format_counts(read_row_counts(a.uri))),
    ids.BULK_INFERRER: ("output_examples", _describe_batch),
    ids.STATISTICS_GEN: ("statistics", _describe_statistics),
    ids.REVIEWED_SCHEMA: ("schema", _describe_schema),
    ids.EXAMPLE_VALIDATOR: ("anomalies", _describe_anomalies),
    ids.TRANSFORM: ("transformed_examples", lambda a: "token ids and labels"),
    ids.DATA_VALIDATOR: ("verdict", lambda a: format_data(read_data_verdict(a.uri))),
    ids.TRAINER: ("model_run", _describe_training),
    ids.LATEST_BLESSED_MODEL: ("model", lambda a: f"baseline is model {a.id}"),
    ids.EVALUATOR: ("evaluation", _describe_blessing),
    ids.SERVING_CHECK: ("blessing", _describe_serving),
    ids.INFRA_VALIDATOR: ("blessing", _describe_serving),
    ids.PUSHER: ("pushed_model", _describe_push),
    ids.REPORT: ("report", _describe_report),
}
_WITHOUT_OUTPUT = {ids.DATA_GATE: "the rows may be trained on"}
_NOTHING = {ids.LATEST_BLESSED_MODEL: "no blessed model yet, so no baseline"}
