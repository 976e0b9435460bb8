"""The exported model as its clients see it: signatures that agree, defaults, hostile texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_text  # noqa: F401 - registers the tokenizer's operations
import tensorflow_transform as tft
from tensorflow_serving.apis import prediction_log_pb2
from tokenizers import Tokenizer

from components.article.fields import TEXT_FIELDS
from components.classifier.model import compute_logits, load_classifier
from components.preprocessing.taxonomy import Taxonomy
from components.serving.extra_assets import WARM_UP_FILE, write_warm_up_requests
from components.serving.served_classifier import ServedClassifier
from tests.support.transform_graph import make_transform_graph

CATEGORIES = ("ARTS", "CRIME", "IMPACT", "MEDIA", "TRAVEL")
TAXONOMY = Taxonomy(class_of={name: name for name in CATEGORIES})
TEXTS = [
    ("Senate Passes Budget", "After a long night, and with two votes to spare."),
    ("Ten Stretches", ""),
    ("", "Only a description"),
    ("Müller’s “Café” — 7 Reasons 🎉", "naïve coöperation"),
    ("</s><s> <mask>", ""),
    ("", ""),
    ("A " * 500, "B"),
    *((f"Row {number}", "word " * number) for number in range(40)),
]


@pytest.fixture(scope="module")
def transformed(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list]:
    """Folder of a transform graph, and what Transform materialised of `TEXTS`."""
    rows = [(*texts, "MEDIA", "2022-09-23") for texts in TEXTS]
    folder = tmp_path_factory.mktemp("transform")
    return make_transform_graph(rows, TAXONOMY, checkpoint, 32, folder)


@pytest.fixture(scope="module")
def model(checkpoint: Path) -> Any:
    return load_classifier(str(checkpoint), TAXONOMY.class_names, seed=1)


@pytest.fixture(scope="module")
def saved_model(
    model: Any,
    checkpoint: Path,
    transformed: tuple[str, list],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("export") / "model"
    reference = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    pieces = [reference.id_to_token(i) for i in range(reference.get_vocab_size())]
    graph = tft.TFTransformOutput(transformed[0])
    ServedClassifier(model, graph, pieces, TEXT_FIELDS).export(str(folder))
    write_warm_up_requests(str(folder), TEXT_FIELDS)
    return folder


@pytest.fixture(scope="module")
def signatures(saved_model: Path) -> Any:
    return tf.saved_model.load(str(saved_model)).signatures


def classify(signatures: Any, texts: list[tuple[Any, Any]]) -> dict[str, np.ndarray]:
    headlines, descriptions = zip(*texts, strict=True)
    answer = signatures["serving_default"](
        headline=tf.constant(headlines), short_description=tf.constant(descriptions)
    )
    return {name: value.numpy() for name, value in answer.items()}


def serialise(headline: str, description: str) -> bytes:
    example = tf.train.Example()
    example.features.feature["headline"].bytes_list.value.append(headline.encode())
    example.features.feature["short_description"].bytes_list.value.append(description.encode())
    return example.SerializeToString()


def test_text_examples_and_the_trained_model_agree_row_by_row(
    signatures: Any, model: Any, transformed: tuple[str, list]
):
    by_text = classify(signatures, TEXTS)
    by_example = signatures["classify_examples"](tf.constant([serialise(*t) for t in TEXTS]))
    scores = by_example["scores"].numpy()
    names = signatures["class_names"]()["class_names"].numpy()
    assert len(transformed[1]) == len(TEXTS)
    for row, instance in enumerate(transformed[1]):
        ids = tf.constant([instance["token_ids$ragged_values"]], tf.int32)
        expected = tf.nn.softmax(compute_logits(model, ids))[0].numpy()
        np.testing.assert_allclose(scores[row], expected, atol=1e-5)
        best = expected.argsort()[::-1][:3]
        np.testing.assert_allclose(by_text["probabilities"][row], expected[best], atol=1e-5)
        assert by_text["labels"][row].tolist() == names[best].tolist()


def test_a_row_s_answer_does_not_depend_on_its_batch(signatures: Any):
    together = classify(signatures, TEXTS)["probabilities"]
    alone = [classify(signatures, [texts])["probabilities"][0] for texts in TEXTS]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_an_empty_batch_gets_an_empty_answer(signatures: Any):
    empty = tf.constant([], tf.string)
    answer = signatures["serving_default"](headline=empty, short_description=empty)
    assert answer["labels"].shape == answer["probabilities"].shape == (0, 3)


@pytest.mark.parametrize(
    "headline",
    [b"news " * 200_000, b"", b"\xff\xfe\x00\x80", b"</s><s>", "🎉".encode() * 1_000, b"\x00"],
    ids=["1 MB", "empty", "not UTF-8", "special tokens", "emoji", "NUL"],
)
def test_hostile_texts_get_an_answer(signatures: Any, headline: bytes):
    probabilities = classify(signatures, [(headline, b"")])["probabilities"][0]
    assert np.all(np.isfinite(probabilities))
    assert 0 < probabilities[2] <= probabilities[1] <= probabilities[0] < 1


def test_descriptions_can_be_left_out_as_a_server_leaves_them_out(saved_model: Path):
    # TF Serving feeds a session; a loaded signature in Python ignores defaults.
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        graph = tf.compat.v1.saved_model.load(session, ["serve"], str(saved_model))
        signature = graph.signature_def["serving_default"]
        assert list(signature.defaults) == ["short_description"]
        probabilities = session.run(
            signature.outputs["probabilities"].name,
            {signature.inputs["headline"].name: [b"First", b"Second"]},
        )
    assert probabilities.shape == (2, 3)


def test_the_model_shows_the_sub_words_it_reads(signatures: Any, checkpoint: Path):
    answer = signatures["tokenize"](
        headline=tf.constant(["Café", "A long walk in the park"]),
        short_description=tf.constant(["", ""]),
    )
    reference = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    expected = reference.encode_batch(["Café", "A long walk in the park"])
    for row, encoding in enumerate(expected):
        count = len(encoding.ids)
        sub_words = [word.decode() for word in answer["sub_words"].numpy()[row]]
        assert answer["token_ids"].numpy()[row].tolist()[:count] == encoding.ids
        assert sub_words == encoding.tokens + [""] * (len(sub_words) - count)


def test_class_names_are_in_the_order_of_the_ids(signatures: Any):
    names = signatures["class_names"]()["class_names"].numpy()
    assert [name.decode() for name in names] == TAXONOMY.class_names


def test_labels_for_the_evaluator(signatures: Any):
    example = tf.train.Example()
    example.features.feature["category"].bytes_list.value.append(b"IMPACT")
    answer = signatures["transform_features"](tf.constant([example.SerializeToString()]))
    assert answer["label"].numpy().tolist() == [TAXONOMY.class_names.index("IMPACT")]
    assert answer["class_name"].numpy().tolist() == [b"IMPACT"]


def test_warm_up_requests_are_answered(saved_model: Path, signatures: Any):
    requests = 0
    for record in tf.data.TFRecordDataset(str(saved_model / WARM_UP_FILE)):
        log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
        request = log.predict_log.request
        inputs = {name: tf.constant(tf.make_ndarray(v)) for name, v in request.inputs.items()}
        answer = signatures[request.model_spec.signature_name](**inputs)
        assert len(answer["labels"]) == len(inputs["headline"])
        requests += 1
    assert requests == 2


def test_it_loads_where_only_tensorflow_and_tensorflow_text_can_be_imported(saved_model: Path):
    program = """
import importlib.abc, json, sys

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in {"transformers", "tokenizers", "tensorflow_transform", "tfx",
                                  "tfx_bsl", "components", "pipeline", "apache_beam"}:
            raise ImportError(f"{name} is not installed on a server")

sys.meta_path.insert(0, Refuse())
import tensorflow as tf, tensorflow_text
answer = tf.saved_model.load(sys.argv[1]).signatures["serving_default"](
    headline=tf.constant(["Senate passes budget"]), short_description=tf.constant([""]))
print(json.dumps(answer["probabilities"].numpy().tolist()))
"""
    result = subprocess.run(
        [sys.executable, "-c", program, str(saved_model)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    ((*probabilities,),) = json.loads(result.stdout)
    assert len(probabilities) == 3
