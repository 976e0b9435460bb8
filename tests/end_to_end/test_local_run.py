"""Whole pipelines on this machine, as a user runs them: results, exit codes, what is cached.

Each test goes back to a run of `conftest.py` and makes those of its own, whatever the others did.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf

from components.run_records import RunRecord
from pipeline.settings import REPOSITORY
from tests.support.project import SMALL, FinishedRun, Project

pytestmark = pytest.mark.end_to_end

SERVER_PACKAGES = {"tensorflow", "tensorflow-text"}
EXECUTED = {
    "JsonExampleGen",
    "StatisticsGen",
    "ReviewedSchema",
    "ExampleValidator",
    "Transform",
    "DataValidator",
    "DataGate",
    "Trainer",
    "Evaluator",
    "ServingCheck",
    "Pusher",
    "Report",
}
COMPARED = {"DataValidator", "DataGate", "Evaluator", "Pusher", "Report"}
"""What runs again where there is another baseline."""


def executed(run: RunRecord) -> set[str]:
    """Components that really ran: neither cached, nor TFX's own Resolver."""
    return {step.component for step in run.steps.values() if step.state == "done"} & EXECUTED


def test_a_first_run_is_blessed_and_pushed(project: Project, first_run: FinishedRun):
    project.go_back_to(first_run)
    result = first_run.result
    assert result.returncode == 0, result.stdout + result.stderr
    assert executed(first_run.record) == EXECUTED
    assert "600 rows read, 600 accepted, 0 quarantined" in result.stdout
    assert re.search(r"^data      holds: \d+ rules$", result.stdout, re.MULTILINE)
    begin = [line.split()[0] for line in result.stdout.splitlines()[1:7]]
    assert begin == ["profile", "checkpoint", "data", "training", "Loading", "device"]
    verdict = r"verdict   blessed: all \d+ rules of the gate hold, and \d+ serving checks"
    assert re.search(verdict, result.stdout)
    assert len(project.versions()) == 1
    assert {path.name for path in project.output.iterdir()} == {
        "artifacts",
        "inputs",
        "logs",
        "metadata.db",
        "serving",
    }
    report = project.newscat("report", "--no-open", "--output", project.output)
    assert report.returncode == 0, report.stderr
    page = Path(report.stdout.strip()).read_text(encoding="utf-8")
    assert "Blessed, and pushed" in page and next(iter(project.versions())) in page
    assert "Traceback" not in result.stdout + result.stderr
    assert len(result.stdout.splitlines()) < 40, "TFX's log belongs into the file"


def test_a_second_run_trains_nothing_and_compares_no_model_with_itself(
    project: Project, second_run: FinishedRun
):
    project.go_back_to(second_run)
    result = second_run.result
    assert result.returncode == 0, result.stdout + result.stderr
    assert executed(second_run.record) == COMPARED
    explanation = project.explain()
    assert explanation["blessed"]
    assert explanation["baseline"] is None
    assert "the candidate is the blessed model itself" in explanation["no_baseline_because"]


def test_a_third_run_is_cached_altogether_whatever_the_options_of_beam(
    project: Project, second_run: FinishedRun
):
    project.go_back_to(second_run)
    workers = "[--direct_num_workers=2, --direct_running_mode=multi_processing]"
    result, run = project.run({**SMALL, "beam_args": workers})
    assert result.returncode == 0, result.stdout + result.stderr
    assert executed(run) == set()
    assert project.versions() == second_run.versions


def test_a_batch_of_rows_without_category_is_scored_by_the_blessed_model(
    project: Project, second_run: FinishedRun, tmp_path: Path
):
    project.go_back_to(second_run)
    rows = tmp_path / "batch.json"
    rows.write_text('{"headline": "First"}\n{"headline": "Second"}\n', encoding="utf-8")
    result, run = project.run({**SMALL, "batch.files": rows})
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


def test_an_edit_reruns_what_depends_on_it_and_nothing_else(
    project: Project, second_run: FinishedRun
):
    project.go_back_to(second_run)
    project.append("components/evaluation/metrics.py", "# edited")
    _, run = project.run()
    assert executed(run) == {"Evaluator", "Pusher", "Report"}

    project.append("components/classifier/training.py", "# edited")
    _, run = project.run()
    assert executed(run) == {"Trainer", "Evaluator", "ServingCheck", "Pusher", "Report"}

    explanation = project.explain()
    assert explanation["baseline"] != explanation["candidate"]
    changes = [r for r in explanation["rules"] if r["metric"] == "top_1_change_possible"]
    assert [rule["slice"] for rule in changes] == ["overall"], "compared with the first model"

    _, run = project.run()
    assert executed(run) == COMPARED, "the newest model is the baseline now"
    project.append("pipeline/terminal/display.py", "# edited")
    _, run = project.run()
    assert executed(run) == set(), "no component runs that code"
    project.append("components/report/templates/page.css", "/* edited */")
    _, run = project.run()
    assert executed(run) == {"Report"}


def test_a_bound_that_cannot_be_met_ends_without_a_push(
    project: Project, second_run: FinishedRun, refused_run: FinishedRun
):
    project.go_back_to(refused_run)
    result = refused_run.result
    assert result.returncode == 3, result.stdout + result.stderr
    assert project.versions() == second_run.versions
    (verdict,) = [line for line in result.stdout.splitlines() if line.startswith("verdict")]
    assert "NOT blessed: top_1 is 0." in verdict
    assert "at least 1 is needed" in verdict
    (broken,) = [rule for rule in project.explain(exit_code=3)["rules"] if not rule["passed"]]
    assert (broken["metric"], broken["slice"], broken["bound"]) == ("top_1", "overall", 1.0)
    assert 0 <= broken["value"] < 1
    pushed = refused_run.record.output("Pusher", "pushed_model")
    assert pushed is not None
    assert not pushed.properties.get("pushed")


def test_rows_that_the_data_gate_refuses_are_never_trained_on(
    project: Project, second_run: FinishedRun, tmp_path: Path
):
    project.go_back_to(second_run)
    lines = second_run.input("sample*.json").read_text("utf-8").splitlines()
    emptied = [json.dumps({**json.loads(line), "short_description": ""}) for line in lines]
    rows = tmp_path / "emptied.json"
    rows.write_text("\n".join(emptied), "utf-8")
    settings = {
        **SMALL,
        "data.files": rows,
        "checkpoint.source": second_run.input("starter*"),
        # Beside it a rule that only warns.
        "validation.min_class_rows": 90,
    }
    for attempt in ("first", "again"):
        result, run = project.run(settings)
        assert result.returncode == 4, result.stdout + result.stderr
        (message,) = result.stderr.splitlines()
        assert "share of rows with an empty description: 0." in message, attempt
        assert "1.000 in all rows" in message and "validation.max_empty_change" in message
        assert run.failed_component == "DataGate"
        assert not {"Trainer", "Pusher"} & run.steps.keys(), "nothing was trained"
        assert project.versions() == second_run.versions
    assert executed(run) == set(), "all but the refusal is cached"

    explanation = project.explain(exit_code=4)
    assert explanation["data"]["refused"] and "model" in explanation["data"]["baseline"]
    found = {(rule["rule"], rule["rows"]): rule for rule in explanation["data"]["rules"]}
    broken = found["empty_descriptions", "all rows"]
    assert broken["severity"] == "stop" and broken["value"] == 1 and not broken["passed"]
    assert not found["rows_of_class", "train rows"]["passed"]
    assert not explanation["data"]["rules"][0]["passed"], "broken ones first"
    shown = project.newscat("explain", "--output", project.output)
    assert shown.returncode == 4 and "REFUSED" in shown.stdout
    assert "data refused" in project.newscat("runs", "--output", project.output).stdout


def test_a_failing_component_ends_with_its_reason_and_the_log(failed_run: FinishedRun):
    result = failed_run.result
    assert result.returncode == 2
    (rows,) = [text.partition("=")[2] for text in result.args if text.startswith("data.files=")]
    assert f"{rows}:1: unknown category 'SPACE'" in result.stderr
    assert "Traceback" not in result.stderr
    assert failed_run.record.failed_component == "JsonExampleGen"


def test_the_pushed_model_answers(project: Project, first_run: FinishedRun, tmp_path: Path):
    project.go_back_to(first_run)
    serving = project.output / "serving"
    rows = tmp_path / "rows.json"
    rows.write_text('{"headline": "First"}\nbroken\n{"headline": "Second"}\n', encoding="utf-8")
    result = project.newscat("predict", "--model", serving, "--file", rows, "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["headline"] for answer in answers] == ["First", "Second"]
    assert f"{rows}:2: not JSON" in result.stderr
    for answer in answers:
        probabilities = [ranked["probability"] for ranked in answer["predictions"]]
        assert len(probabilities) == 3
        assert probabilities == sorted(probabilities, reverse=True)


def test_the_pushed_model_loads_with_tensorflow_and_tensorflow_text_alone(
    first_run: FinishedRun, tmp_path: Path
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
    (version,) = first_run.versions
    program = """
import sys
import tensorflow as tf, tensorflow_text
signatures = tf.saved_model.load(sys.argv[1]).signatures
answer = signatures["serving_default"](
    headline=tf.constant(["Senate passes budget"]), short_description=tf.constant([""]))
print(answer["labels"].shape, sorted(signatures))
"""
    result = subprocess.run(
        [python, "-c", program, first_run.saved / "serving" / version],
        capture_output=True,
        text=True,
        check=False,
        # Nothing of this project's environment may leak into the server's.
        env={"PATH": "/usr/bin:/bin", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert result.returncode == 0, result.stderr
    assert "(1, 3) ['class_names', 'classify_examples', 'serving_default'" in result.stdout


def test_runs_lists_every_run_with_its_result(
    project: Project, second_run: FinishedRun, failed_run: FinishedRun
):
    def results() -> list[str]:
        listed = project.newscat("runs", "--output", project.output)
        assert listed.returncode == 0, listed.stderr
        lines = [line for line in listed.stdout.splitlines() if line.strip()][1:]
        return [" ".join(line.split()) for line in lines]

    project.go_back_to(second_run)
    before = results()
    project.go_back_to(failed_run)
    *earlier, refused, failed = results()
    assert earlier == before and len(before) == 2
    assert not [line for line in before if "not blessed" in line or "failed" in line]
    assert "not blessed" in refused
    assert "failed in JsonExampleGen" in failed
