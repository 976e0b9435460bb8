"""What a component made, in half a line."""

from __future__ import annotations

import glob
import os

from components.classifier.history import read_history
from components.evaluation.verdict import Verdict, read_verdict
from components.json_example_gen.executor import read_row_counts
from components.json_example_gen.row_counts import RowCounts
from components.report.report_file import report_path
from components.run_records import ArtifactRecord, StepRecord
from components.serving_check.findings import LATENCY_P50
from pipeline.history.explanation import read_serving_check
from pipeline.layout import shown

MAIN_METRICS = {
    "top_1": "top-1",
    "top_3": "top-3",
    "weighted_precision": "weighted precision",
    "weighted_recall": "recall",
    "weighted_f1": "F1",
    "macro_f1": "macro F1",
}


def describe(step: StepRecord) -> str:
    """Says what a finished component made: rows, classes, loss, metrics, a verdict."""
    describe_output = _DESCRIPTIONS.get(step.component)
    if describe_output is None:
        return ""
    key, text = describe_output
    artifact = step.output(key)
    return text(artifact) if artifact else _NOTHING.get(step.component, "nothing")


def format_counts(counts: RowCounts) -> str:
    """Rows by outcome, in words."""
    parts = [f"{counts.read:,} rows read, {counts.accepted:,} accepted"]
    parts += [f"{rows:,} of {name} excluded" for name, rows in sorted(counts.excluded.items())]
    return ", ".join([*parts, f"{counts.quarantined:,} quarantined"])


def format_metrics(verdict: Verdict) -> str:
    """The main metrics, in words."""
    return ", ".join(
        f"{words} {verdict.candidate.overall[name]:.3f}" for name, words in MAIN_METRICS.items()
    )


def _describe_anomalies(anomalies: ArtifactRecord) -> str:
    from tensorflow_metadata.proto.v0 import anomalies_pb2

    found = []
    for file in glob.glob(f"{anomalies.uri}/Split-*/SchemaDiff.pb"):
        message = anomalies_pb2.Anomalies()
        with open(file, "rb") as stream:
            message.ParseFromString(stream.read())
        split = os.path.basename(os.path.dirname(file)).removeprefix("Split-")
        found += [f"{split}: {name}" for name in message.anomaly_info]
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
    return (
        f"{report.properties['rows_scored']:,} eval rows scored; {shown(report_path(report.uri))}"
    )


_DESCRIPTIONS = {
    "JsonExampleGen": ("examples", lambda a: format_counts(read_row_counts(a.uri))),
    "BatchExampleGen": ("examples", lambda a: format_counts(read_row_counts(a.uri))),
    "BulkInferrer": ("output_examples", _describe_batch),
    "StatisticsGen": ("statistics", lambda a: "statistics of train and eval"),
    "ReviewedSchema": ("schema", lambda a: "the reviewed schema"),
    "ExampleValidator": ("anomalies", _describe_anomalies),
    "Transform": ("transformed_examples", lambda a: "token ids and labels"),
    "Trainer": ("model_run", _describe_training),
    "LatestBlessedModel": ("model", lambda a: f"baseline is model {a.id}"),
    "Evaluator": ("evaluation", _describe_blessing),
    "ServingCheck": ("blessing", _describe_serving),
    "InfraValidator": ("blessing", _describe_serving),
    "Pusher": ("pushed_model", _describe_push),
    "Report": ("report", _describe_report),
}
_NOTHING = {"LatestBlessedModel": "no blessed model yet, so no baseline"}
