"""A good model that the demo profile trains, and what judges its broken copies."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact
from tfx.types import standard_artifacts as artifacts
from tfx.utils import proto_utils

from components.article.fields import TEXT_FIELDS
from components.classifier.model import load_classifier
from components.evaluation.evaluator import GateExecutor
from components.evaluation.gate import make_eval_config
from components.evaluation.verdict import Verdict, read_verdict
from components.preprocessing.taxonomy import Taxonomy, load_taxonomy
from components.run_records import RunRecords
from components.serving.served_classifier import ServedClassifier
from components.serving_check import isolated_process, rows
from components.serving_check.check_export import check_export
from components.serving_check.evidence import Bounds
from components.serving_check.findings import Finding
from components.split_rule import SplitRule, write_split_rule
from components.tokenizer import compile_tokenizer
from pipeline.demo.sample import generate_rows
from pipeline.demo.starter_tokenizer import save_tokenizer, train_tokenizer
from pipeline.profiles import load_settings
from pipeline.settings import Settings
from tests.gate.broken_models import Parts
from tests.support.examples import write_judged_rows
from tests.support.newscat import Newscat

ROWS = 2_000
FEW_GOLDEN_ROWS = 16
FEW_ROWS = 500  # for what is so broken that they show it
_EXPORT = "Format-Serving"
_OTHER_ROWS = 500
_SEED = 99  # of the judged rows, which the profile's sample does not hold


@dataclass(frozen=True)
class GoodModel:
    """A model that the demo profile trained and blessed, and rows that it has not seen.

    Attributes:
        uri: of the Model artifact: the export, and the checkpoint beside it.
        parts: that the export is made of, loaded again.
        settings: of the run.
        taxonomy: of the run.
        rows: raw rows to judge models on.
        other_tokenizer: folder of a tokenizer with another vocabulary.
        server_python: interpreter for the serving check's server.
    """

    uri: Path
    parts: Parts
    settings: Settings
    taxonomy: Taxonomy
    rows: Sequence[dict[str, str]]
    other_tokenizer: str
    server_python: str

    def write_candidate(self, mutant: ServedClassifier | Parts, folder: Path) -> Path:
        """A Model artifact as the Trainer leaves it: a spoiled model has its own checkpoint."""
        shutil.copytree(self.uri / "checkpoint", folder / "checkpoint")
        if isinstance(mutant, Parts):
            mutant.model.save_pretrained(folder / "checkpoint", safe_serialization=True)
            mutant = mutant.classifier()
        mutant.export(str(folder / _EXPORT))
        return folder

    def top_1(self, parts: Parts) -> float:
        """Share of the rows that a model gets right."""
        texts = ([row[name] for row in self.rows] for name in TEXT_FIELDS)
        classify = tf.function(parts.classifier().classify_texts, autograph=False)
        answer = classify(*map(tf.constant, texts))
        class_of = self.taxonomy.class_of
        actual = np.array([class_of[row["category"]].encode() for row in self.rows])
        return float((answer["labels"][:, 0].numpy() == actual).mean())

    def pass_gate(
        self, candidate: Path, baseline: Path | None, folder: Path, rows: int = FEW_ROWS
    ) -> Verdict:
        """What the Evaluator decides, from so many of the rows."""
        write_judged_rows(self.rows[:rows], folder / "examples")
        data = self.settings.data
        rule = SplitRule(data.split, data.eval_fraction, data.test_fraction)
        write_split_rule(str(folder / "examples"), rule)
        examples = _artifact(artifacts.Examples, folder / "examples", 1)
        examples.split_names = '["test"]'
        inputs = {"model": [_artifact(artifacts.Model, candidate, 2)], "examples": [examples]}
        if baseline is not None:
            inputs["baseline_model"] = [_artifact(artifacts.Model, baseline, 3)]
        outputs = {
            "evaluation": [_artifact(artifacts.ModelEvaluation, folder / "evaluation", 4)],
            "blessing": [_artifact(artifacts.ModelBlessing, folder / "blessing", 5)],
        }
        config = make_eval_config(self.settings.gate, len(self.taxonomy.class_names))
        properties = {"eval_config": proto_utils.proto_to_json(config), "example_splits": "null"}
        context = BaseBeamExecutor.Context([], str(folder), unique_id="1")
        GateExecutor(context).Do(inputs, outputs, properties)
        verdict = read_verdict(str(folder / "evaluation"))
        blessed = (folder / "blessing" / "BLESSED").exists()
        assert verdict.blessed == blessed, "what Pusher obeys, and what explain says"
        return verdict

    def check_serving(
        self, candidate: Path, folder: Path, golden_rows: int = FEW_GOLDEN_ROWS
    ) -> list[Finding]:
        """The serving check's findings, with so many golden rows."""
        files = [str(write_judged_rows(self.rows[:FEW_ROWS], folder / "golden"))]
        check = self.settings.serving_check
        bounds = Bounds(self.settings.text.max_length, check.tolerance, check.max_latency_ms)
        golden = rows.golden_rows(files, golden_rows, TEXT_FIELDS)
        with mock.patch.object(isolated_process.sys, "executable", self.server_python):
            return check_export(
                str(candidate / _EXPORT), golden, bounds, check.timeout_seconds, TEXT_FIELDS
            )


def _artifact(kind: type[Artifact], uri: Path, number: int) -> Artifact:
    artifact = kind()
    artifact.uri, artifact.id = str(uri), number
    return artifact


def train_good_model(folder: Path, python: str, server_python: str) -> GoodModel:
    """Runs the demo profile, on two thirds of its rows, which has to bless its model.

    Args:
        folder: for all that is made.
        python: interpreter for the run.
        server_python: see `GoodModel`.
    """
    output = folder / "output"
    result = Newscat(python)(
        "run", "--profile", "demo", "--output", output, settings={"demo.sample_rows": 4_000}
    )
    assert result.returncode == 0, result.stdout + result.stderr
    run = RunRecords(str(output / "metadata.db")).find(None)
    settings = load_settings("demo")
    model, graph = run.output("Trainer", "model"), run.output("Transform", "transform_graph")
    assert model and graph
    taxonomy = load_taxonomy(settings.data.taxonomy, settings.data.optional_classes)
    checkpoint = os.path.join(model.uri, "checkpoint")
    sub_words = compile_tokenizer(checkpoint, settings.text.max_length).pieces
    classifier = load_classifier(checkpoint, taxonomy.class_names, seed=0)
    return GoodModel(
        uri=Path(model.uri),
        parts=Parts(classifier, tft.TFTransformOutput(graph.uri), sub_words),
        settings=settings,
        taxonomy=taxonomy,
        rows=list(generate_rows(ROWS, _SEED)),
        other_tokenizer=_other_tokenizer(checkpoint, folder / "tokenizer"),
        server_python=server_python,
    )


def _other_tokenizer(checkpoint: str, folder: Path) -> str:
    """One of no more entries, learned from other words, so that its ids mean something else."""
    size = json.loads((Path(checkpoint) / "config.json").read_text("utf-8"))["vocab_size"]
    texts = [row["headline"][::-1] for row in generate_rows(_OTHER_ROWS, _SEED)]
    folder.mkdir()
    save_tokenizer(train_tokenizer(texts, size), folder, max_length=64)
    return str(folder)
