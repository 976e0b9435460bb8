"""Exports asked in a process of their own: a good one, hostile texts, and processes that fail."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest
from tfx.types import standard_artifacts as artifacts

from components.article.fields import TEXT_FIELDS
from components.serving_check import isolated_process
from components.serving_check.check_export import check_export
from components.serving_check.component import ServingCheck
from components.serving_check.evidence import Bounds
from components.serving_check.findings import Finding, is_blessed, read_findings
from components.serving_check.isolated_process import ask
from components.serving_check.request_plan import SIGNATURES, make_requests
from components.serving_check.rows import hostile_rows
from tests.components.serving_check.conftest import MAX_LENGTH, GoodModel
from tests.gate import broken_models

PROPERTIES = {
    "text_fields": json.dumps(TEXT_FIELDS),
    "max_length": MAX_LENGTH,
    "golden": 8,
    "tolerance": 1e-3,
    "max_latency_ms": None,
    "timeout_seconds": 120,
}


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def run_component(model: GoodModel, folder: Path, **changed: object) -> artifacts.InfraBlessing:
    examples, candidate = artifacts.Examples(), artifacts.Model()
    examples.uri, examples.split_names = str(model.examples), '["test"]'
    candidate.uri = str(model.uri)
    blessing = artifacts.InfraBlessing()
    blessing.uri = str(folder)
    folder.mkdir()
    ServingCheck.EXECUTOR_SPEC.executor_class().Do(
        {"model": [candidate], "examples": [examples]},
        {"blessing": [blessing]},
        {**PROPERTIES, **changed},
    )
    return blessing


def test_a_good_export_is_blessed_and_every_check_was_done(good_model: GoodModel, tmp_path: Path):
    blessing = run_component(good_model, tmp_path / "blessing")
    findings = by_name(read_findings(blessing.uri))
    assert is_blessed(findings.values()), [str(finding) for finding in findings.values()]
    assert (tmp_path / "blessing" / "INFRA_BLESSED").exists()
    assert blessing.get_int_custom_property("blessed") == 1
    assert findings["scores"].value is not None and findings["scores"].value < 1e-4
    assert "those, in 17 rows" in findings["token_ids"].seen, "8 golden rows and 9 hostile ones"
    assert findings["latency_p99_ms"].value and findings["load_seconds"].value


@pytest.mark.usefixtures("warm_server")
def test_a_latency_above_the_bound_keeps_the_blessing_back(good_model: GoodModel, tmp_path: Path):
    blessing = run_component(good_model, tmp_path / "blessing", max_latency_ms=1e-3)
    assert (tmp_path / "blessing" / "INFRA_NOT_BLESSED").exists()
    assert blessing.get_int_custom_property("blessed") == 0
    (failed,) = [f for f in read_findings(blessing.uri) if not f.passed]
    assert failed.name == "latency_p99_ms"
    assert failed.bound == 1e-3


def test_the_server_has_tensorflow_and_nothing_of_this_project(good_model: GoodModel):
    served = ask(good_model.saved_model, [], timeout_seconds=120)
    assert served.failure is None
    assert set(served.versions) == {"tensorflow", "tensorflow-text"}
    assert set(served.signatures) == set(SIGNATURES)


@pytest.mark.usefixtures("warm_server")
def test_an_export_that_does_not_load_is_a_finding(good_model: GoodModel, tmp_path: Path):
    uri = tmp_path / "model"
    shutil.copytree(good_model.uri, uri)
    (uri / "Format-Serving" / "saved_model.pb").write_bytes(b"half of it")
    findings = check_export(str(uri / "Format-Serving"), [], good_model.bounds, 120, TEXT_FIELDS)
    failed = [finding for finding in findings if not finding.passed]
    assert [finding.name for finding in failed] == ["process"]
    assert "while the export was loaded" in failed[0].seen


@pytest.mark.usefixtures("warm_server")
def test_a_missing_checkpoint_is_a_finding(good_model: GoodModel, tmp_path: Path):
    uri = tmp_path / "model"
    shutil.copytree(good_model.uri / "Format-Serving", uri / "Format-Serving")
    findings = check_export(
        str(uri / "Format-Serving"), good_model.golden, good_model.bounds, 120, TEXT_FIELDS
    )
    assert [finding.name for finding in findings if not finding.passed] == ["reference"]


def test_a_process_that_hangs_is_killed_and_named(good_model: GoodModel):
    requests = make_requests(good_model.golden, hostile_rows(TEXT_FIELDS), TEXT_FIELDS)
    served = ask(good_model.saved_model, requests, timeout_seconds=0.5)
    assert served.failure is not None
    assert served.failure.startswith("a process that hung, and was killed after 0.5 s")


@pytest.mark.usefixtures("warm_server")
def test_a_process_that_is_killed_is_named_with_its_last_request(
    good_model: GoodModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # In place of a crash inside TensorFlow: the same server, which kills itself at a request.
    source = Path(isolated_process.isolated_server.__file__).read_text(encoding="utf-8")
    deadly = 'if request["inputs"]: __import__("os").kill(__import__("os").getpid(), 9)'
    entrance = "    from tensorflow import make_ndarray\n"
    assert entrance in source
    script = tmp_path / "isolated_server.py"
    script.write_text(source.replace(entrance, f"{entrance}    {deadly}\n"), encoding="utf-8")
    monkeypatch.setattr(isolated_process.isolated_server, "__file__", str(script))
    requests = make_requests(good_model.golden, [], TEXT_FIELDS)
    served = ask(good_model.saved_model, requests, timeout_seconds=120)
    assert len(served.answers) == 1, "the class names need no input"
    assert served.failure is not None
    assert signal.Signals.SIGKILL.name in served.failure
    assert str(requests[1]) in served.failure


@pytest.mark.usefixtures("warm_server")
def test_broken_models_are_told_from_their_checkpoint(good_model: GoodModel, tmp_path: Path):
    """Here on the smallest of models; `tests/gate` tries every way on a trained one."""
    shutil.copytree(good_model.uri / "checkpoint", tmp_path / "checkpoint")
    export = str(tmp_path / "Format-Serving")
    broken_models.lower_cased(good_model.parts).export(export)
    bounds = Bounds(MAX_LENGTH, tolerance=1e-3, max_latency_ms=None)
    findings = by_name(check_export(export, good_model.golden, bounds, 120, TEXT_FIELDS))
    assert "the export reads the text in lower case" in findings["token_ids"].seen
    assert findings["signatures"].passed and findings["answers"].passed
