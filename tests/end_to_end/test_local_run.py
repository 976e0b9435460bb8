"""Whole pipelines on this machine, as a user runs them: results, exit codes, what is cached.

The tests of this file are the steps of one story; they share a copy of the project, so that its
source can be edited, and one output folder, so that runs find what earlier ones cached.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from components.run_records import RunRecord, RunRecords

pytestmark = pytest.mark.end_to_end

REPOSITORY = Path(__file__).resolve().parents[2]
SMALL = [
    "demo.sample_rows=600",
    "trainer.epochs=1",
    "gate.min_top_1=0.0",
    "gate.min_top_3=0.0",
    "gate.max_drop_top_1=1.0",
    "gate.min_class_top_1=0.0",
    "gate.max_class_drop_top_1=1.0",
]
SERVER_PACKAGES = {"tensorflow", "tensorflow-text"}
EXECUTED = {
    "JsonExampleGen",
    "StatisticsGen",
    "ReviewedSchema",
    "ExampleValidator",
    "Transform",
    "Trainer",
    "Evaluator",
    "ServingCheck",
    "Pusher",
    "Report",
}


@dataclass(frozen=True)
class Project:
    """A copy of the project that may be edited, and the output folder of its runs."""

    root: Path
    output: Path

    def newscat(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.root)}
        return subprocess.run(
            [sys.executable, "-m", "pipeline.cli.main", *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *settings: str) -> tuple[subprocess.CompletedProcess[str], RunRecord]:
        options = [part for setting in [*SMALL, *settings] for part in ("--set", setting)]
        result = self.newscat("run", "--profile", "demo", "--output", str(self.output), *options)
        run = RunRecords(str(self.output / "metadata.db")).latest()
        assert run is not None, result.stderr
        return result, run

    def explain(self, exit_code: int = 0) -> dict[str, Any]:
        result = self.newscat("explain", "--json", "--output", str(self.output))
        assert result.returncode == exit_code, result.stderr
        return json.loads(result.stdout)

    def append_comment(self, file: str) -> None:
        with (self.root / file).open("a", encoding="utf-8") as source:
            source.write("# edited\n")

    def versions(self) -> set[str]:
        return {path.name for path in (self.output / "serving").iterdir()}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("project")
    for name in ("pipeline", "components", "schema"):
        shutil.copytree(
            REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(REPOSITORY / "trainer_module.py", root)
    return Project(root, tmp_path_factory.mktemp("output"))


def executed(run: RunRecord) -> set[str]:
    """Components that really ran: neither cached, nor TFX's own Resolver."""
    return {step.component for step in run.steps.values() if step.state == "done"} & EXECUTED


def test_1_a_first_run_is_blessed_and_pushed(project: Project):
    result, run = project.run()
    assert result.returncode == 0, result.stdout + result.stderr
    assert executed(run) == EXECUTED
    assert "600 rows read, 600 accepted, 0 quarantined" in result.stdout
    verdict = r"verdict   blessed: all \d+ rules of the gate hold, and \d+ serving checks"
    assert re.search(verdict, result.stdout)
    assert len(project.versions()) == 1
    report = project.newscat("report", "--no-open", "--output", str(project.output))
    assert report.returncode == 0, report.stderr
    page = Path(report.stdout.strip()).read_text(encoding="utf-8")
    assert "Blessed, and pushed" in page and next(iter(project.versions())) in page
    assert {path.name for path in project.output.iterdir()} == {
        "artifacts",
        "inputs",
        "logs",
        "metadata.db",
        "serving",
    }
    assert "Traceback" not in result.stdout + result.stderr
    assert len(result.stdout.splitlines()) < 30, "TFX's log belongs into the file"


def test_2_a_second_run_trains_nothing_and_compares_no_model_with_itself(project: Project):
    result, run = project.run()
    assert result.returncode == 0, result.stdout + result.stderr
    assert executed(run) == {"Evaluator", "Pusher", "Report"}
    explanation = project.explain()
    assert explanation["blessed"]
    assert explanation["baseline"] is None
    assert "the candidate is the blessed model itself" in explanation["no_baseline_because"]


def test_3_a_third_run_is_cached_altogether(project: Project):
    versions = project.versions()
    result, run = project.run()
    assert result.returncode == 0, result.stdout + result.stderr
    assert executed(run) == set()
    assert project.versions() == versions


def test_3_a_batch_of_rows_without_category_is_scored_by_the_blessed_model(project: Project):
    rows = project.output.parent / "batch.json"
    rows.write_text('{"headline": "First"}\n{"headline": "Second"}\n', encoding="utf-8")
    result, run = project.run(f"batch.files={rows}")
    assert result.returncode == 0, result.stdout + result.stderr
    assert executed(run) == set(), "only the batch's own steps run"
    scored = run.output("BulkInferrer", "output_examples")
    assert scored is not None
    files = [str(file) for file in Path(scored.uri).glob("Split-batch/*")]
    examples = {}
    for record in tf.data.TFRecordDataset(files, compression_type="GZIP"):
        feature = tf.train.Example.FromString(record.numpy()).features.feature
        headline = feature["headline"].bytes_list.value[0].decode()
        examples[headline] = list(feature["scores"].float_list.value)
    assert set(examples) == {"First", "Second"}
    assert all(len(s) == 28 and abs(sum(s) - 1) < 1e-4 for s in examples.values())


def test_4_an_edit_reruns_what_depends_on_it_and_nothing_else(project: Project):
    project.append_comment("components/evaluation/metrics.py")
    _, run = project.run()
    assert executed(run) == {"Evaluator", "Pusher", "Report"}

    project.append_comment("components/classifier/training.py")
    _, run = project.run()
    assert executed(run) == {"Trainer", "Evaluator", "ServingCheck", "Pusher", "Report"}

    explanation = project.explain()
    assert explanation["baseline"] != explanation["candidate"]
    changes = [r for r in explanation["rules"] if r["metric"] == "top_1_change_possible"]
    assert [rule["slice"] for rule in changes] == ["overall"], "compared with the first model"

    _, run = project.run()
    assert executed(run) == {"Evaluator", "Pusher", "Report"}, (
        "the newest model is the baseline now"
    )
    project.append_comment("pipeline/terminal/display.py")
    _, run = project.run()
    assert executed(run) == set(), "no component runs that code"
    with (project.root / "components/report/templates/page.css").open("a") as style:
        style.write("/* edited */")
    _, run = project.run()
    assert executed(run) == {"Report"}


def test_5_a_bound_that_cannot_be_met_ends_without_a_push(project: Project):
    versions = project.versions()
    result, run = project.run("gate.min_top_1=1.0")
    assert result.returncode == 3, result.stdout + result.stderr
    assert project.versions() == versions
    (verdict,) = [line for line in result.stdout.splitlines() if line.startswith("verdict")]
    assert "NOT blessed: top_1 is 0." in verdict
    assert "at least 1 is needed" in verdict
    (broken,) = [rule for rule in project.explain(exit_code=3)["rules"] if not rule["passed"]]
    assert (broken["metric"], broken["slice"], broken["bound"]) == ("top_1", "overall", 1.0)
    assert 0 <= broken["value"] < 1
    pushed = run.output("Pusher", "pushed_model")
    assert pushed is not None
    assert not pushed.properties.get("pushed")


def test_6_a_failing_component_ends_with_its_reason_and_the_log(project: Project):
    rows = project.output.parent / "unknown.json"
    rows.write_text('{"headline": "A", "category": "SPACE"}\n', encoding="utf-8")
    result, run = project.run(f"data.files={rows}")
    assert result.returncode == 1
    assert f"{rows}:1: unknown category 'SPACE'" in result.stderr
    assert "Traceback" not in result.stderr
    assert run.failed_component == "JsonExampleGen"


def test_7_the_pushed_model_answers(project: Project):
    serving = str(project.output / "serving")
    rows = project.output.parent / "rows.json"
    rows.write_text('{"headline": "First"}\nbroken\n{"headline": "Second"}\n', encoding="utf-8")
    result = project.newscat("predict", "--model", serving, "--file", str(rows), "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["headline"] for answer in answers] == ["First", "Second"]
    assert f"{rows}:2: not JSON" in result.stderr
    for answer in answers:
        probabilities = [ranked["probability"] for ranked in answer["predictions"]]
        assert len(probabilities) == 3
        assert probabilities == sorted(probabilities, reverse=True)


def test_8_the_pushed_model_loads_with_tensorflow_and_tensorflow_text_alone(
    project: Project, tmp_path: Path
):
    python = tmp_path / "server" / "bin" / "python"
    uv = [str(Path(sys.executable).with_name("uv")), "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, tmp_path / "server"], check=True)
    lock = REPOSITORY / "requirements.lock"
    packages = [line.split()[0] for line in lock.read_text().splitlines() if "==" in line]
    wanted = [name for name in packages if name.split("==")[0] in SERVER_PACKAGES]
    pins = tmp_path / "pins.txt"
    pins.write_text("\n".join(packages))
    subprocess.run(
        [*uv, "pip", "install", "--python", python, "--constraint", pins, *wanted], check=True
    )
    (version,) = sorted(project.versions())[-1:]
    program = """
import sys
import tensorflow as tf, tensorflow_text
signatures = tf.saved_model.load(sys.argv[1]).signatures
answer = signatures["serving_default"](
    headline=tf.constant(["Senate passes budget"]), short_description=tf.constant([""]))
print(answer["labels"].shape, sorted(signatures))
"""
    result = subprocess.run(
        [python, "-c", program, str(project.output / "serving" / version)],
        capture_output=True,
        text=True,
        check=False,
        # Nothing of this project's environment may leak into the server's.
        env={"PATH": "/usr/bin:/bin", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert result.returncode == 0, result.stderr
    assert "(1, 3) ['class_names', 'classify_examples', 'serving_default'" in result.stdout


def test_9_runs_lists_every_run_with_its_result(project: Project):
    result = project.newscat("runs", "--output", str(project.output))
    assert result.returncode == 0, result.stderr
    results = [line for line in result.stdout.splitlines() if line.strip()][1:]
    assert len(results) == 11
    assert sum("not blessed" in line for line in results) == 1
    assert sum("failed in JsonExampleGen" in line for line in results) == 1
