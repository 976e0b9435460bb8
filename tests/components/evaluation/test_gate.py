"""The gate through TFMA itself: bounds, the baseline, and the verdict that is read back."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_model_analysis as tfma
from sklearn.metrics import confusion_matrix, f1_score

from components.evaluation import extractors
from components.evaluation import metric_names as names
from components.evaluation.answers import Answers, ask
from components.evaluation.extractors import gate_extractors
from components.evaluation.gate import make_eval_config, without_baseline
from components.evaluation.policy import GatePolicy
from components.evaluation.results import read_results
from components.evaluation.verdict import Comparison, Verdict, read_verdict, write_verdict
from components.preprocessing import features
from components.serving.signatures import Output, Signature

CLASSES = 5
LABELS = np.arange(200) % 4  # class 4 has no rows
LENIENT = GatePolicy(
    min_top_1=0.0, min_top_3=0.0, max_drop_top_1=1.0, min_class_top_1=0.0, max_class_drop_top_1=1.0
)


def make_scores(right: int) -> np.ndarray:
    """Scores that are right on the first `right` rows, and elsewhere miss the likeliest three."""
    scores = np.full((len(LABELS), CLASSES), 0.1)
    rows = np.arange(len(LABELS))
    scores[rows, LABELS] = 0.0
    scores[rows, (LABELS + 1) % CLASSES] = 0.7
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
        return {Output.SCORES: tf.gather(self._scores, parse_rows(examples))}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def transform_features(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        row = parse_rows(examples)
        label = row % 4
        name = tf.strings.join(["CLASS ", tf.strings.as_string(label)])
        slices = {
            feature: tf.where(row % 10 == number, name_of_slice, "")
            for number, (feature, name_of_slice) in enumerate(features.SLICES.items())
        }
        return {features.LABEL: label, features.CLASS_NAME: name, **slices}


def save_model(folder: Path, scores: np.ndarray) -> str:
    model = ReadyMadeModel(scores)
    tf.saved_model.save(
        model,
        str(folder),
        {
            Signature.EXAMPLES: model.classify_examples,
            Signature.TRANSFORM: model.transform_features,
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
    """Evaluates models with ready-made scores as the Evaluator does."""
    exports = [save_model(folder / "candidate" / "export", candidate)]
    if baseline is not None:
        exports.append(save_model(folder / "baseline" / "export", baseline))
    return judge_exports(exports, str(folder / "evaluation"), examples_file, policy)


def judge_exports(
    exports: Sequence[str], evaluation: str, examples_file: str, policy: GatePolicy
) -> Verdict:
    """The same of a candidate, and a baseline if there is one."""
    config = make_eval_config(policy, CLASSES)
    has_baseline = len(exports) > 1
    if not has_baseline:
        config = without_baseline(config)
    config = tfma.utils.update_eval_config_with_defaults(
        config, has_baseline=has_baseline, rubber_stamp=True
    )
    shared = [
        tfma.default_eval_shared_model(export, model_name=spec.name, eval_config=config)
        for export, spec in zip(exports, config.model_specs, strict=True)
    ]
    models = shared if has_baseline else shared[0]
    tfma.run_model_analysis(
        eval_shared_model=models,
        eval_config=config,
        data_location=examples_file,
        output_path=evaluation,
        extractors=gate_extractors(models, config),
    )
    comparison = Comparison("one", None, "no model has been blessed yet", "rows")
    write_verdict(evaluation, read_results(evaluation, comparison))
    return read_verdict(evaluation)


def broken(verdict: Verdict) -> list[tuple[str, str]]:
    return [(rule.metric, rule.slice) for rule in verdict.rules if not rule.passed]


def test_one_model_is_measured_on_the_whole_split_by_class_and_by_slice(
    tmp_path: Path, examples_file: str
):
    scores = make_scores(right=150)
    verdict = judge(tmp_path, examples_file, LENIENT, scores)
    assert verdict.blessed
    measured = verdict.candidate
    assert measured.overall["top_1"] == pytest.approx(0.75)
    assert measured.overall["top_3"] == pytest.approx(0.75)
    assert measured.overall["example_count"] == 200
    predicted = scores.argmax(axis=1)
    assert measured.overall["macro_f1"] == pytest.approx(
        f1_score(LABELS, predicted, average="macro", zero_division=0)
    )
    np.testing.assert_array_equal(
        measured.confusion, confusion_matrix(LABELS, predicted, labels=range(CLASSES))
    )
    assert sum(bin_.rows for bin_ in measured.calibration) == 200
    assert set(measured.by_class) == {f"CLASS {label}" for label in range(4)}
    assert measured.by_class["CLASS 0"]["example_count"] == 50
    assert set(measured.by_slice) == set(features.SLICES.values())
    assert [values["example_count"] for values in measured.by_slice.values()] == [20] * 3
    assert verdict.baseline is None


def test_without_a_baseline_the_absolute_bounds_decide(tmp_path: Path, examples_file: str):
    policy = LENIENT.model_copy(update={"min_top_1": 0.7, "min_top_3": 0.7})
    good = judge(tmp_path / "good", examples_file, policy, make_scores(right=150))
    bad = judge(tmp_path / "bad", examples_file, policy, make_scores(right=100))
    assert good.blessed
    assert not {rule.metric for rule in good.rules} & {
        names.TOP_1_CHANGE_POSSIBLE,
        names.CLASS_TOP_1_CHANGE_POSSIBLE,
    }
    assert not bad.blessed
    assert broken(bad) == [("top_1", "overall"), ("top_3", "overall")]
    assert bad.reason == (
        "top_1 is 0.5000, at least 0.7 is needed; top_3 is 0.5000, at least 0.7 is needed"
    )


# 200 rows answered by both: what is ruled out at 99 %, by Agresti and Min's interval.
@pytest.mark.parametrize(("right", "blessed"), [(160, True), (156, True), (145, False)])
def test_a_drop_against_the_baseline_blocks_once_the_rows_prove_it(
    tmp_path: Path, examples_file: str, right: int, blessed: bool
):
    policy = LENIENT.model_copy(update={"max_drop_top_1": 0.005})
    verdict = judge(tmp_path, examples_file, policy, make_scores(right), make_scores(right=160))
    assert verdict.blessed is blessed
    (rule,) = [r for r in verdict.rules if r.metric == names.TOP_1_CHANGE_POSSIBLE]
    assert rule.passed is blessed
    assert (rule.kind, rule.bound) == ("least", -0.005)
    assert rule.baseline == pytest.approx(0.8)
    assert verdict.candidate.overall["top_1"] == pytest.approx(right / 200), "not the baseline's"
    assert verdict.baseline is not None
    assert verdict.baseline.overall["top_1"] == pytest.approx(0.8)
    assert verdict.candidate.overall["top_1_change"] == pytest.approx((right - 160) / 200)
    if not blessed:
        assert "is needed (baseline top_1 0.8000)" in verdict.reason


def test_a_class_that_collapses_blocks_although_the_whole_is_good_enough(
    tmp_path: Path, examples_file: str
):
    collapsed = make_scores(right=200)
    collapsed[LABELS == 3] = make_scores(right=0)[LABELS == 3]
    floor = LENIENT.model_copy(update={"min_top_1": 0.7, "min_class_top_1": 0.2})
    alone = judge(tmp_path / "alone", examples_file, floor, collapsed)
    assert broken(alone) == [(names.CLASS_TOP_1_POSSIBLE, "CLASS 3")]
    drop = LENIENT.model_copy(update={"max_class_drop_top_1": 0.1})
    compared = judge(tmp_path / "compared", examples_file, drop, collapsed, make_scores(right=200))
    assert broken(compared) == [(names.CLASS_TOP_1_CHANGE_POSSIBLE, "CLASS 3")]
    few = floor.model_copy(update={"min_class_rows": 51})
    unjudged = judge(tmp_path / "few", examples_file, few, collapsed)
    assert unjudged.blessed
    assert unjudged.too_small == {f"CLASS {label}": 50 for label in range(4)}
    assert {rule.slice for rule in unjudged.rules} == {"overall"}


@pytest.mark.parametrize("value", [float("nan"), 3.0])
def test_one_row_whose_scores_are_no_probabilities_blocks(
    tmp_path: Path, examples_file: str, value: float
):
    scores = make_scores(right=200)
    scores[7, 2] = value
    verdict = judge(tmp_path, examples_file, LENIENT, scores)
    assert broken(verdict) == [(names.INVALID_SCORES, "overall")]


def test_a_model_is_asked_about_a_row_once(
    tmp_path: Path, examples_file: str, monkeypatch: pytest.MonkeyPatch
):
    blessed = save_model(tmp_path / "1" / "export", make_scores(right=160))
    first, second = (
        save_model(tmp_path / number / "export", make_scores(right))
        for number, right in (("2", 150), ("3", 155))
    )

    asked: list[int] = []

    def count_and_ask(model: object, rows: Sequence[bytes]) -> Answers:
        gc.collect()  # a model that nobody holds on to is lost
        asked.append(len(rows))
        return ask(model, rows)

    def judged(name: str, file: str, *exports: str) -> tuple[Verdict, list[int]]:
        asked.clear()
        verdict = judge_exports(exports, str(tmp_path / name), file, LENIENT)
        return verdict, asked

    monkeypatch.setattr(extractors, "ask", count_and_ask)
    monkeypatch.setattr(extractors, "_BATCH_BYTES", 1)
    loader = tf.compat.v1.saved_model
    with mock.patch.object(loader, "load_v2", wraps=loader.load_v2) as load:
        _, asked = judged("first", examples_file, first, blessed)
    assert sum(asked) == 400
    assert len(asked) > 2
    assert load.call_count == 2, "once each, however many batches there are"
    compared, asked = judged("second", examples_file, second, blessed)
    assert sum(asked) == 200, "the candidate alone"
    with mock.patch.object(loader, "load_v2", side_effect=AssertionError):
        again, asked = judged("again", examples_file, second, blessed)
    assert not asked
    shutil.rmtree(tmp_path / "1.answers")
    anew, asked = judged("anew", examples_file, second, blessed)
    assert sum(asked) == 200, "what is lost is asked for"
    assert as_json(compared) == as_json(again) == as_json(anew)
    assert compared.baseline is not None
    assert compared.baseline.overall["top_1"] == pytest.approx(0.8)

    more = str(tmp_path / "more.tfrecord")
    with tf.io.TFRecordWriter(more) as writer:
        for record in tf.data.TFRecordDataset(examples_file).take(150):
            writer.write(record.numpy())
            # The same row to the model, but not the same bytes: an empty feature more.
            writer.write(record.numpy() + b"\n\x07\n\x05\n\x01x\x12\x00")
    mixed, asked = judged("mixed", more, second, blessed)
    assert sum(asked) == 300, "150 changed rows, of both"
    assert mixed.candidate.overall["top_1"] == pytest.approx(1.0)
    assert mixed.candidate.overall["example_count"] == 300
    assert mixed.candidate.overall["top_1_change"] == 0


def test_kept_and_new_answers_go_to_their_rows():
    known = {"class_name": np.array([b"0", b"1"], object)}
    new = {"class_name": np.array([b"a longer one", b"another"], object)}
    merged = extractors._merge([None, 1, 0, None, 1], known, new)["class_name"]
    assert merged.tolist() == [b"a longer one", b"1", b"0", b"another", b"1"]


def as_json(verdict: Verdict) -> str:
    return json.dumps(asdict(verdict), default=lambda array: array.tolist())
