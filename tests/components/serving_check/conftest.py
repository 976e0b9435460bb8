"""A good model of five classes as the Trainer leaves it: an export, with its checkpoint beside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from components.article.example import article_to_example
from components.article.fields import CATEGORY, DATE, TEXT_FIELDS
from components.checkpoint.fine_tuned import write_fine_tuned
from components.classifier.model import load_classifier
from components.preprocessing.taxonomy import Taxonomy
from components.preprocessing.transform import preprocessing_fn
from components.serving.served_classifier import ServedClassifier
from components.serving_check import isolated_process
from components.serving_check.evidence import Bounds
from components.serving_check.rows import Row, golden_rows
from components.tokenizer import compile_tokenizer
from tests.gate.broken_models import Parts

MAX_LENGTH = 32
CATEGORIES = ("ARTS", "CRIME", "IMPACT", "MEDIA", "TRAVEL")
TAXONOMY = Taxonomy(class_of={name: name for name in CATEGORIES})
_NAMES = (*TEXT_FIELDS, CATEGORY, DATE)


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
    transform = _transform(checkpoint, folder)
    model = load_classifier(str(checkpoint), TAXONOMY.class_names, seed=1)
    # An untrained head finds all classes about as likely, and mistakes would hardly show.
    model.classifier.out_proj.kernel.assign(30 * model.classifier.out_proj.kernel)
    sub_words = compile_tokenizer(str(checkpoint), MAX_LENGTH).pieces
    parts = Parts(model, transform, sub_words)
    uri, examples = folder / "model", folder / "examples"
    ServedClassifier(model, transform, sub_words, TEXT_FIELDS).export(str(uri / "Format-Serving"))
    write_fine_tuned(model, str(checkpoint), None, str(uri / "checkpoint"))
    file = _write_examples(examples)
    bounds = Bounds(MAX_LENGTH, tolerance=1e-3, max_latency_ms=None)
    return GoodModel(uri, parts, examples, golden_rows([str(file)], 8, TEXT_FIELDS), bounds)


def _transform(checkpoint: Path, folder: Path) -> tft.TFTransformOutput:
    config = {
        "text_fields": TEXT_FIELDS,
        "taxonomy": TAXONOMY.to_config(),
        "tokenizer": str(checkpoint),
        "max_length": MAX_LENGTH,
    }
    specification = {name: tf.io.FixedLenFeature([1], tf.string) for name in _NAMES}
    metadata = dataset_metadata.DatasetMetadata(
        schema_utils.schema_from_feature_spec(specification)
    )
    rows = [{name: [row[name].encode()] for name in _NAMES} for row in ROWS]
    with tft_beam.Context(temp_dir=str(folder / "scratch")):
        transform_fn = (rows, metadata) | tft_beam.AnalyzeDataset(
            lambda inputs: preprocessing_fn(inputs, config)
        )
        transform_fn | tft_beam.WriteTransformFn(str(folder / "graph"))
    return tft.TFTransformOutput(str(folder / "graph"))


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


def _write_examples(folder: Path) -> Path:
    """An eval split as JsonExampleGen writes it."""
    file = folder / "Split-eval" / "data_tfrecord-00000-of-00001.gz"
    file.parent.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(file), "GZIP") as writer:
        for row in ROWS:
            writer.write(article_to_example(row, TEXT_FIELDS).SerializeToString())
    return file
