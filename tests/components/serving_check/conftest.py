"""A good model of five classes as the Trainer leaves it: an export, with its checkpoint beside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import tensorflow_transform as tft

from components.article.fields import TEXT_FIELDS
from components.checkpoint.fine_tuned import write_fine_tuned
from components.classifier.model import load_classifier
from components.preprocessing.taxonomy import Taxonomy
from components.serving.served_classifier import ServedClassifier
from components.serving_check import isolated_process
from components.serving_check.evidence import Bounds
from components.serving_check.rows import Row, golden_rows
from components.tokenizer import compile_tokenizer
from tests.gate.broken_models import Parts
from tests.support.examples import write_judged_rows
from tests.support.transform_graph import NAMES, make_transform_graph

MAX_LENGTH = 32
CATEGORIES = ("ARTS", "CRIME", "IMPACT", "MEDIA", "TRAVEL")
TAXONOMY = Taxonomy(class_of={name: name for name in CATEGORIES})


@dataclass(frozen=True)
class GoodModel:
    """A Model artifact's folder, what its export was made of, and an eval split.

    Attributes:
        uri: with `Format-Serving` and `checkpoint`.
        parts: of the export.
        examples: folder with `Split-eval`.
        golden: the rows of that split that are asked about.
        bounds: that the model keeps to.
    """

    uri: Path
    parts: Parts
    examples: Path
    golden: list[Row]
    bounds: Bounds

    @property
    def saved_model(self) -> str:
        return str(self.uri / "Format-Serving")


@pytest.fixture
def warm_server(server_python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The isolated server has TensorFlow imported, where its start is not what is tested."""
    monkeypatch.setattr(isolated_process.sys, "executable", server_python)


@pytest.fixture(scope="session")
def good_model(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> GoodModel:
    folder = tmp_path_factory.mktemp("serving_check")
    values = [[row[name] for name in NAMES] for row in ROWS]
    graph, _ = make_transform_graph(values, TAXONOMY, checkpoint, MAX_LENGTH, folder)
    transform = tft.TFTransformOutput(graph)
    model = load_classifier(str(checkpoint), TAXONOMY.class_names, seed=1)
    # An untrained head finds all classes about as likely, and mistakes would hardly show.
    model.classifier.out_proj.kernel.assign(30 * model.classifier.out_proj.kernel)
    sub_words = compile_tokenizer(str(checkpoint), MAX_LENGTH).pieces
    parts = Parts(model, transform, sub_words)
    uri, examples = folder / "model", folder / "examples"
    ServedClassifier(model, transform, sub_words, TEXT_FIELDS).export(str(uri / "Format-Serving"))
    write_fine_tuned(model, str(checkpoint), None, str(uri / "checkpoint"))
    file = write_judged_rows(ROWS, examples)
    bounds = Bounds(MAX_LENGTH, tolerance=1e-3, max_latency_ms=None)
    return GoodModel(uri, parts, examples, golden_rows([str(file)], 8, TEXT_FIELDS), bounds)


ROWS = [
    {
        "headline": f"Senate Passes Budget {number} Times After “Long” Night",
        "short_description": "With two votes to Spare, and Müller's café open. " * (number % 3),
        "category": CATEGORIES[number % len(CATEGORIES)],
        "date": "2022-09-23",
        "authors": "",
        "link": "",
    }
    for number in range(12)
]
