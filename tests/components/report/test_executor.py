"""The component's executor on small artifacts of every kind: what it reads ends up on the page."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pytest
import tensorflow as tf
from tensorflow_data_validation import GenerateStatistics, WriteStatisticsToBinaryFile
from tensorflow_metadata.proto.v0 import anomalies_pb2, statistics_pb2
from tfx.types import Artifact, standard_artifacts

from components.article.fields import TEXT_FIELDS
from components.data_validation.statistics import statistics_options
from components.evaluation import metric_names as names
from components.evaluation.verdict import (
    OVERALL,
    CalibrationBin,
    Comparison,
    Measurements,
    RuleResult,
    Verdict,
    write_verdict,
)
from components.json_example_gen.artifact import Quarantine
from components.json_example_gen.quarantine import QuarantinedRow, write_quarantine
from components.preprocessing.taxonomy import Taxonomy
from components.report.artifact import RunReport
from components.report.collect import RunFacts, collect
from components.report.executor import Executor
from components.report.report_file import report_path
from components.serving.signatures import Signature
from components.serving_check.findings import Finding, write_findings
from tests.support.examples import write_judged_rows

CLASS_NAMES = ["ARTS & CULTURE", "CRIME"]
TAXONOMY = Taxonomy({"ARTS": "ARTS & CULTURE", "CULTURE": "ARTS & CULTURE", "CRIME": "CRIME"})
ROWS = [("Theft in a museum", "CRIME"), ("A new museum", "ARTS"), ("Theft", "CULTURE")]


class TheftModel(tf.Module):
    """Finds a crime, with 90 %, wherever there is a theft."""

    @tf.function(input_signature=[])
    def class_names(self) -> dict[str, tf.Tensor]:
        return {"class_names": tf.constant(CLASS_NAMES)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def classify(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        crime = tf.where(tf.strings.regex_full_match(examples, "(?s).*Theft.*"), 0.9, 0.2)
        return {"scores": tf.stack([1 - crime, crime], axis=1)}

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.string, name="headline"),
            tf.TensorSpec([None], tf.string, name="short_description"),
        ]
    )
    def tokenize(self, headline: tf.Tensor, short_description: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"sub_words": tf.strings.split(headline).to_tensor("")}


@dataclass
class Run:
    """Artifacts of a run, by the name of the component's input."""

    artifacts: dict[str, list[Artifact]] = field(default_factory=dict)

    def properties(self) -> dict[str, Any]:
        return {
            "rows": 1_000,
            "text_fields": json.dumps(TEXT_FIELDS),
            "taxonomy": json.dumps(TAXONOMY.to_config()),
            "run_settings": json.dumps({"text": {"max_length": 4}, "trainer": {"epochs": 1}}),
            "metadata_file": None,
        }

    def facts(self, rows: int = 1_000) -> RunFacts:
        return RunFacts(
            "", "", TAXONOMY.to_config(), {"text": {"max_length": 4}}, TEXT_FIELDS, rows
        )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def make(name: str, artifact: Artifact) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        artifact.uri = str(folder)
        run.artifacts[name] = [artifact]
        return folder

    run = Run()
    _write_model(make("model", standard_artifacts.Model()))
    _write_examples(make("examples", _split(standard_artifacts.Examples())))
    bad_rows = [QuarantinedRow("rows.json", 9, "not JSON <b>", b"{")]
    write_quarantine(str(make("quarantine", Quarantine())), bad_rows)
    _write_statistics(make("statistics", _split(standard_artifacts.ExampleStatistics())))
    _write_anomalies(make("anomalies", _split(standard_artifacts.ExampleAnomalies())))
    write_verdict(str(make("evaluation", standard_artifacts.ModelEvaluation())), _verdict())
    history = make("model_run", standard_artifacts.ModelRun()) / "history.json"
    values = {"loss": 1.25, "top_1": 0.5, "top_3": 0.9}
    epochs = [{"number": 1, "train": values, "eval": values, "seconds": 2.0}]
    history.write_text(json.dumps({"epochs": epochs}))
    make("pushed_model", standard_artifacts.PushedModel())
    run.artifacts["pushed_model"][0].set_int_custom_property("pushed", 0)
    findings = [Finding("process", False, "an answer", "none: it died of signal 9")]
    write_findings(str(make("infra_blessing", standard_artifacts.InfraBlessing())), findings)
    run.artifacts["infra_blessing"][0].set_int_custom_property("blessed", 0)
    return run


def _split(artifact: Artifact) -> Artifact:
    artifact.split_names = '["test"]'
    return artifact


def _write_model(folder: Path) -> None:
    export = folder / "Format-Serving"
    model = TheftModel()
    signatures = {
        Signature.CLASS_NAMES: model.class_names,
        Signature.EXAMPLES: model.classify,
        Signature.TOKENIZE: model.tokenize,
    }
    tf.saved_model.save(model, str(export), signatures=signatures)
    (export / "assets").mkdir(exist_ok=True)
    (export / "assets" / "class_names").write_text("".join(f"{n}\n" for n in CLASS_NAMES))
    (folder / "checkpoint").mkdir()
    (folder / "checkpoint" / "origin.json").write_text('{"fingerprint": "f1f2"}')
    (folder / "checkpoint" / "config.json").write_text('{"num_hidden_layers": 12}')


def _write_examples(folder: Path) -> None:
    rows = [
        {"headline": headline, "category": category, "short_description": ""}
        for headline, category in ROWS
    ]
    write_judged_rows(rows, folder)
    (folder / "row_counts.json").write_text(
        '["accepted", "", 3]\n["excluded", "U.S. NEWS", 5]\n["quarantined", "", 1]\n'
    )


def _write_statistics(folder: Path) -> None:
    message = statistics_pb2.DatasetFeatureStatisticsList()
    dataset = message.datasets.add(num_examples=3)
    for name, values in {
        "category": {"CRIME": 1, "ARTS": 1, "CULTURE": 1},
        "short_description": {"": 3},
    }.items():
        feature = dataset.features.add()
        feature.path.step.append(name)
        feature.string_stats.unique = len(values)
        for value, rows in values.items():
            feature.string_stats.rank_histogram.buckets.add(label=value, sample_count=rows)
    (folder / "Split-test").mkdir()
    (folder / "Split-test" / "FeatureStats.pb").write_bytes(message.SerializeToString())


def _write_anomalies(folder: Path) -> None:
    message = anomalies_pb2.Anomalies()
    found = message.anomaly_info["date"]
    found.short_description, found.description = "Column dropped", "No row has a date"
    (folder / "Split-test").mkdir()
    (folder / "Split-test" / "SchemaDiff.pb").write_bytes(message.SerializeToString())


def _verdict() -> Verdict:
    measured = Measurements(
        overall={names.TOP_1: 2 / 3, names.TOP_3: 1.0},
        by_class={"CRIME": {names.EXAMPLE_COUNT: 1.0, names.TOP_3: 1.0}},
        by_slice={"long text": {names.EXAMPLE_COUNT: 0.0, names.TOP_1: float("nan")}},
        confusion=np.array([[0, 0], [0, 1]]),
        calibration=[CalibrationBin(0.0, 1.0, 1, 0.9, 1.0)],
    )
    rule = RuleResult(names.CLASS_TOP_1_POSSIBLE, "CRIME", "least", 0.031, 0.05, None, False)
    comparison = Comparison("model 8", None, "no model has been blessed yet", "examples 2")
    return Verdict(False, [rule], measured, None, comparison, {})


def test_the_page_holds_what_the_artifacts_hold(run: Run, tmp_path: Path):
    report = RunReport()
    report.uri = str(tmp_path)
    Executor().Do(run.artifacts, {"report": [report]}, run.properties())
    page = Path(report_path(report.uri)).read_text(encoding="utf-8")
    for text in (
        "Not blessed",
        "CRIME: top-1 is 3.1 % at best, and at least 5.0 % is needed",
        "Serving check, process: expected an answer; seen none: it died of signal 9",
        "No row has a date",
        "not JSON &lt;b&gt;",
        "U.S. NEWS 5",
        "no model has been blessed yet",
        "f1f2",
    ):
        assert text in page
    assert report.get_int_custom_property("rows_scored") == 3


def test_the_model_is_asked_and_its_mistakes_are_found(run: Run):
    predictions = collect(run.artifacts, run.facts()).predictions
    assert (predictions.scored, predictions.available, predictions.wrong) == (3, 3, 1)
    (mistake,) = predictions.mistakes
    assert (mistake.texts[0], mistake.category, mistake.true_class) == (
        "Theft",
        "CULTURE",
        "ARTS & CULTURE",
    )
    assert [name for name, _ in mistake.likeliest] == ["CRIME", "ARTS & CULTURE"]
    assert mistake.true_probability == pytest.approx(0.1)
    assert predictions.lengths is not None
    assert predictions.lengths.at_most == 1, "one headline has four words"


def test_fewer_rows_are_scored_if_so_asked_and_none_with_0(run: Run):
    assert collect(run.artifacts, run.facts(rows=2)).predictions.scored == 2
    none = collect(run.artifacts, run.facts(rows=0)).predictions
    assert (none.scored, none.available, none.lengths) == (0, 3, None)


def test_rows_are_counted_by_category_and_classes_without_rows_have_no_figures(run: Run):
    content = collect(run.artifacts, run.facts())
    assert {c.name: (c.class_name, c.rows) for c in content.data.categories} == {
        "ARTS": ("ARTS & CULTURE", 1),
        "CULTURE": ("ARTS & CULTURE", 1),
        "CRIME": ("CRIME", 1),
    }
    (text,) = content.data.texts
    assert (text.name, text.empty) == ("short_description", 3)
    arts, crime = content.classes
    assert (arts.rows, arts.precision, arts.recall, arts.f1) == (0, None, None, None)
    assert (crime.rows, crime.precision, crime.recall, crime.f1) == (1, 1.0, 1.0, 1.0)
    assert content.slices[0].recall is None


def test_sketches_of_many_texts_say_what_they_know(run: Run, tmp_path: Path):
    """20,000 rows of 41 categories: a description in nine of ten, a headline in all but one."""
    count = 20_000
    rows = {
        "category": [f"CATEGORY {i % 41}" for i in range(count)],
        "short_description": ["" if i % 10 == 3 else f"Text {i}" for i in range(count)],
        "headline": ["" if i == 10_000 else f"Headline {i}" for i in range(count)],
    }
    batches = [
        pa.RecordBatch.from_pydict(
            {
                name: [[text.encode()] for text in texts[i : i + 1_000]]
                for name, texts in rows.items()
            }
        )
        for i in range(0, count, 1_000)
    ]
    path = Path(run.artifacts["statistics"][0].uri) / "Split-test" / "FeatureStats.pb"
    with beam.Pipeline() as pipeline:
        statistics = pipeline | beam.Create(batches) | GenerateStatistics(statistics_options())
        statistics | WriteStatisticsToBinaryFile(str(path))
    data = collect(run.artifacts, run.facts()).data
    found = {c.name: c.rows for c in data.categories if c.rows}
    assert found == Counter(rows["category"])
    texts = {text.name: text for text in data.texts}
    assert texts["short_description"].empty == count // 10
    assert texts["headline"].empty is None, "one row is less than the sketch can be wrong by"
    assert 0.95 * count < texts["headline"].distinct <= count
    assert not texts["headline"].is_counted


def test_a_run_without_validator_and_serving_check(run: Run):
    del run.artifacts["infra_blessing"]
    run.artifacts["anomalies"] = []
    content = collect(run.artifacts, run.facts())
    assert content.decision.findings is None
    assert len(content.decision.failures) == 1
    assert content.data.anomalies is None


def test_a_model_that_the_gate_blesses_and_the_serving_check_does_not_is_not_blessed(run: Run):
    verdict = replace(_verdict(), blessed=True, rules=[_passed_rule()])
    write_verdict(run.artifacts["evaluation"][0].uri, verdict)
    decision = collect(run.artifacts, run.facts()).decision
    assert not decision.blessed
    assert decision.failures == [
        "Serving check, process: expected an answer; seen none: it died of signal 9"
    ]


def _passed_rule() -> RuleResult:
    return RuleResult(names.TOP_1, OVERALL, "least", 0.9, 0.5, None, True)
