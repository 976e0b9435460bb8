"""The gate through TFMA itself: bounds, the baseline, and the verdict that is read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_model_analysis as tfma
from sklearn.metrics import precision_recall_fscore_support

from components.classifier.serving import (
    EXAMPLES_SIGNATURE,
    SCORES_OUTPUT,
    TRANSFORM_SIGNATURE,
)
from components.evaluation.gate import BASELINE, CANDIDATE, make_eval_config
from components.evaluation.policy import GatePolicy
from components.evaluation.verdict import Verdict, read_verdict
from components.preprocessing import features

CLASSES = 5
LABELS = np.arange(200) % 4  # class 4 has no rows
LENIENT = GatePolicy(min_top_1=0.0, min_top_3=0.0, max_drop_top_1=1.0)


def make_scores(right: int) -> np.ndarray:
    """Scores that are right on the first `right` rows, and elsewhere miss the likeliest three."""
    scores = np.full((len(LABELS), CLASSES), 0.1)
    rows = np.arange(len(LABELS))
    scores[rows, LABELS] = 0.0
    scores[rows, (LABELS + 1) % CLASSES] = 0.6
    scores[:right] = 0.1
    scores[rows[:right], LABELS[:right]] = 0.6
    return scores


def parse_rows(examples: tf.Tensor) -> tf.Tensor:
    return tf.io.parse_example(examples, {"row": tf.io.FixedLenFeature([], tf.int64)})["row"]


class ReadyMadeModel(tf.Module):
    """Has the signatures of an exported model; row i of the examples gets row i of the scores."""

    def __init__(self, scores: np.ndarray):
        super().__init__()
        self._scores = tf.Variable(scores, dtype=tf.float32)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def classify_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        return {SCORES_OUTPUT: tf.gather(self._scores, parse_rows(examples))}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def transform_features(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        label = parse_rows(examples) % 4
        name = tf.strings.join(["CLASS ", tf.strings.as_string(label)])
        return {features.LABEL: label, features.CLASS_NAME: name}


def save_model(folder: Path, scores: np.ndarray) -> str:
    model = ReadyMadeModel(scores)
    tf.saved_model.save(
        model,
        str(folder),
        {
            EXAMPLES_SIGNATURE: model.classify_examples,
            TRANSFORM_SIGNATURE: model.transform_features,
        },
    )
    return str(folder)


@pytest.fixture(scope="module")
def examples_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("examples") / "rows.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for row in range(len(LABELS)):
            example = tf.train.Example()
            example.features.feature["row"].int64_list.value.append(row)
            writer.write(example.SerializeToString())
    return path


def judge(
    folder: Path,
    examples_file: str,
    policy: GatePolicy,
    candidate: np.ndarray,
    baseline: np.ndarray | None = None,
) -> Verdict:
    """Evaluates models with ready-made scores as TFX's Evaluator does."""
    config = tfma.utils.update_eval_config_with_defaults(
        make_eval_config(policy), has_baseline=baseline is not None, rubber_stamp=True
    )
    scores = {False: candidate, True: baseline}
    models = [
        tfma.default_eval_shared_model(
            save_model(folder / f"model-{spec.is_baseline}", scores[spec.is_baseline]),
            model_name=spec.name,
            eval_config=config,
        )
        for spec in config.model_specs
    ]
    tfma.run_model_analysis(
        eval_shared_model=models if baseline is not None else models[0],
        eval_config=config,
        data_location=examples_file,
        output_path=str(folder / "evaluation"),
    )
    return read_verdict(str(folder / "evaluation"))


def test_metrics_are_those_of_scikit_learn_on_the_whole_split_and_by_class(
    tmp_path: Path, examples_file: str
):
    scores = make_scores(right=150)
    verdict = judge(tmp_path, examples_file, LENIENT, scores)
    expected = precision_recall_fscore_support(
        LABELS, scores.argmax(axis=1), average="weighted", zero_division=0
    )
    names = ("weighted_precision", "weighted_recall", "weighted_f1")
    assert [verdict.metrics[name] for name in names] == pytest.approx(expected[:3])
    assert verdict.metrics["top_1"] == pytest.approx(0.75)
    assert verdict.metrics["top_3"] == pytest.approx(0.75)
    assert verdict.metrics["example_count"] == 200
    assert set(verdict.by_class) == {f"CLASS {label}" for label in range(4)}
    assert verdict.by_class["CLASS 0"]["example_count"] == 50


def test_without_a_baseline_the_absolute_bounds_decide(tmp_path: Path, examples_file: str):
    policy = GatePolicy(min_top_1=0.7, min_top_3=0.7, max_drop_top_1=0.0)
    good = judge(tmp_path / "good", examples_file, policy, make_scores(right=150))
    bad = judge(tmp_path / "bad", examples_file, policy, make_scores(right=100))
    assert good.blessed
    assert [rule.kind for rule in good.rules] == ["value", "value"]
    assert not bad.blessed
    assert bad.reason == "top_1 = 0.5000 is below 0.7000; top_3 = 0.5000 is below 0.7000"


@pytest.mark.parametrize(("right", "blessed"), [(160, True), (152, True), (140, False)])
def test_a_candidate_may_drop_no_further_below_the_baseline_than_allowed(
    tmp_path: Path, examples_file: str, right: int, blessed: bool
):
    policy = GatePolicy(min_top_1=0.5, min_top_3=0.5, max_drop_top_1=0.05)
    verdict = judge(tmp_path, examples_file, policy, make_scores(right), make_scores(right=160))
    assert verdict.blessed is blessed
    (change,) = [rule for rule in verdict.rules if rule.kind == "change"]
    assert change.passed is blessed
    assert change.baseline == pytest.approx(0.8)
    assert change.bound == pytest.approx(0.75)
    assert verdict.metrics["top_1"] == pytest.approx(right / 200), "not the baseline's"
    if not blessed:
        assert verdict.reason.startswith("top_1 = 0.7000 is below 0.7500 (baseline 0.8000")


def test_one_bad_class_alone_does_not_block(tmp_path: Path, examples_file: str):
    scores = make_scores(right=200)
    scores[LABELS == 3] = make_scores(right=0)[LABELS == 3]
    verdict = judge(
        tmp_path, examples_file, GatePolicy(min_top_1=0.7, min_top_3=0.7, max_drop_top_1=1), scores
    )
    assert verdict.by_class["CLASS 3"]["top_1"] == 0.0
    assert verdict.blessed


def test_the_config_names_both_models():
    assert [spec.name for spec in make_eval_config(LENIENT).model_specs] == [CANDIDATE, BASELINE]
