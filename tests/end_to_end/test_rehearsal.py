"""A compiled pipeline executed as Vertex AI would, next to the same run made locally."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from components.evaluation.verdict import Verdict, read_verdict
from components.run_records import RunRecords

pytestmark = pytest.mark.end_to_end

SMALL = {
    "trainer.epochs": "1",
    "gate.min_top_1": "0.0",
    "gate.min_top_3": "0.0",
    "gate.min_class_top_1": "0.0",
}
VERTEX = {
    "vertex.project": "acme",
    "vertex.accelerator": "cpu",
    "vertex.bucket": "gs://acme-news/runs",
    "vertex.image": "us-docker.pkg.dev/acme/ml/newscat:1",
}


def newscat(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    given = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli.main", *map(str, arguments), *given],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=False,
    )


def rehearsed_verdicts(output: Path) -> list[Verdict]:
    folders = sorted((output / "buckets/acme-news/runs").glob("*/artifacts/*/Evaluator/evaluation"))
    return [read_verdict(str(folder)) for folder in folders]


def test_a_rehearsal_ends_as_the_local_run_does(
    tmp_path: Path, sample_file: Path, checkpoint: Path
):
    data, local, rehearsal = ("--data", sample_file), tmp_path / "local", tmp_path / "rehearsal"
    source = ("--checkpoint", checkpoint)
    result = newscat("run", "--profile", "demo", *data, *source, "--output", local, **SMALL)
    assert result.returncode == 0, result.stdout + result.stderr

    remote = ("--data", "gs://acme-news/rows.json", "--checkpoint", "gs://acme-news/starter")
    compiled = tmp_path / "pipeline.json"
    settings = {**SMALL, **VERTEX, "output": str(tmp_path / "compile")}
    result = newscat("compile", "--profile", "demo", *remote, "-o", compiled, **settings)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "12 tasks for acme in us-central1" in result.stdout

    result = newscat("rehearse", compiled, *data, *source, "--output", rehearsal)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "verdict   blessed: all " in result.stdout
    (pushed,) = rehearsal.glob("buckets/acme-news/runs/*/serving/*/saved_model.pb")
    assert str(pushed.parent.name) in result.stdout

    run = RunRecords(str(local / "metadata.db")).find(None)
    evaluation = run.output("Evaluator", "evaluation")
    assert evaluation is not None
    expected = read_verdict(evaluation.uri)
    (rehearsed,) = rehearsed_verdicts(rehearsal)
    for metric, value in expected.candidate.overall.items():
        assert rehearsed.candidate.overall[metric] == pytest.approx(value, abs=1e-4), metric
    assert rehearsed.candidate.overall["top_1"] == expected.candidate.overall["top_1"]

    # What was blessed is the next one's baseline; a worse model is not pushed.
    document = json.loads(compiled.read_text("utf-8"))
    parameters = document["runtimeConfig"]["parameters"]
    config = json.loads(parameters["eval_config"]["stringValue"])
    thresholds = config["metrics_specs"][0]["per_slice_thresholds"]["top_1"]["thresholds"]
    thresholds[0]["threshold"]["value_threshold"]["lower_bound"] = 1.0
    parameters["eval_config"]["stringValue"] = json.dumps(config)
    compiled.write_text(json.dumps(document), "utf-8")
    result = newscat("rehearse", compiled, *data, *source, "--output", rehearsal)
    assert result.returncode == 3, result.stdout + result.stderr
    assert "NOT blessed: top_1 is 0." in result.stdout
    assert "pushed    nothing" in result.stdout
    second = rehearsed_verdicts(rehearsal)[-1]
    assert second.baseline is not None
    assert second.comparison.baseline is not None
