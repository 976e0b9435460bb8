"""A compiled pipeline executed as Vertex AI would, next to the same run made locally."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components.evaluation.verdict import Verdict, read_verdict
from tests.support.newscat import Newscat
from tests.support.project import SMALL, FinishedRun
from tests.support.replay_task import replay_all_but_the_verdict

pytestmark = pytest.mark.end_to_end

VERTEX = {
    "vertex.project": "acme",
    "vertex.accelerator": "cpu",
    "vertex.bucket": "gs://acme-news/runs",
    "vertex.image": "us-docker.pkg.dev/acme/ml/newscat:1",
}


def rehearsed_verdicts(output: Path) -> list[Verdict]:
    folders = sorted((output / "buckets/acme-news/runs").glob("*/artifacts/*/Evaluator/evaluation"))
    return [read_verdict(str(folder)) for folder in folders]


def test_a_rehearsal_ends_as_the_local_run_does(
    tmp_path: Path, first_run: FinishedRun, warm_python: str
):
    newscat, rehearsal = Newscat(warm_python), tmp_path / "rehearsal"
    assert first_run.result.returncode == 0, first_run.result.stderr

    remote = ("--data", "gs://acme-news/rows.json", "--checkpoint", "gs://acme-news/starter")
    compiled = tmp_path / "pipeline.json"
    settings = {**SMALL, **VERTEX, "output": tmp_path / "compile"}
    result = newscat("compile", "--profile", "demo", *remote, "-o", compiled, settings=settings)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "14 tasks for acme in us-central1" in result.stdout

    # Tasks run in the warm interpreter; what they start themselves, as the Trainer its worker and
    # the serving check its server, does not.
    inputs = (
        "--data",
        first_run.input("sample*.json"),
        "--checkpoint",
        first_run.input("starter*"),
    )
    rehearse = ("rehearse", compiled, *inputs, "--output", rehearsal, "--python", warm_python)
    result = newscat(*rehearse)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "verdict   blessed: all " in result.stdout
    (pushed,) = rehearsal.glob("buckets/acme-news/runs/*/serving/*/saved_model.pb")
    assert str(pushed.parent.name) in result.stdout

    expected = first_run.verdict()
    (rehearsed,) = rehearsed_verdicts(rehearsal)
    for metric, value in expected.candidate.overall.items():
        assert rehearsed.candidate.overall[metric] == pytest.approx(value, abs=1e-4), metric
    assert rehearsed.candidate.overall["top_1"] == expected.candidate.overall["top_1"]

    # What was blessed is the next one's baseline; a worse model is not pushed. The next one is
    # the same model again, judged by a bound that it cannot meet.
    document = json.loads(compiled.read_text("utf-8"))
    parameters = document["runtimeConfig"]["parameters"]
    config = json.loads(parameters["eval_config"]["stringValue"])
    thresholds = config["metrics_specs"][0]["per_slice_thresholds"]["top_1"]["thresholds"]
    thresholds[0]["threshold"]["value_threshold"]["lower_bound"] = 1.0
    parameters["eval_config"]["stringValue"] = json.dumps(config)
    replayed = replay_all_but_the_verdict(document, rehearsal / "artifacts.json")
    assert "Trainer" in replayed and "Evaluator" not in replayed
    compiled.write_text(json.dumps(document), "utf-8")
    result = newscat(*rehearse)
    assert result.returncode == 3, result.stdout + result.stderr
    assert "NOT blessed: top_1 is 0." in result.stdout
    assert "pushed    nothing" in result.stdout
    second = rehearsed_verdicts(rehearsal)[-1]
    assert second.baseline is not None
    assert second.comparison.baseline is not None
