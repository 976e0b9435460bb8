"""A good model, broken in a dozen ways: each has to be stopped, and for the right reason.

What changes the export alone is for the serving check, which compares it with its checkpoint; what
makes a worse model of export and checkpoint alike is for the gate.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from components.evaluation import metric_names as names
from components.evaluation.verdict import Verdict
from components.preprocessing import features
from components.serving.served_classifier import ServedClassifier
from pipeline.history.explanation import Explanation
from tests.gate import broken_models as broken
from tests.support.good_model import ROWS, GoodModel

pytestmark = pytest.mark.end_to_end

Mutation = Callable[[broken.Parts], ServedClassifier | broken.Parts]


def failed_rules(verdict: Verdict) -> dict[tuple[str, str], str]:
    return {(rule.metric, rule.slice): str(rule) for rule in verdict.rules if not rule.passed}


def test_the_good_model_passes_and_has_something_to_lose(good_model: GoodModel, tmp_path: Path):
    verdict = good_model.pass_gate(good_model.uri, None, tmp_path, ROWS)
    golden_rows = good_model.settings.serving_check.golden_rows
    findings = good_model.check_serving(good_model.uri, tmp_path, golden_rows)
    explanation = Explanation("run", verdict, findings)
    assert explanation.blessed, explanation.failures
    assert {finding.name for finding in findings} >= {"token_ids", "scores", "latency_p99_ms"}
    assert verdict.candidate.overall["top_1"] > 0.7


def test_an_equal_model_passes_against_the_good_one(good_model: GoodModel, tmp_path: Path):
    candidate = good_model.write_candidate(good_model.parts, tmp_path / "candidate")
    verdict = good_model.pass_gate(candidate, good_model.uri, tmp_path)
    assert verdict.blessed, verdict.reason
    assert verdict.candidate.overall["top_1_change"] == 0


def failed_checks(model: GoodModel, mutant: ServedClassifier, folder: Path) -> dict[str, str]:
    findings = model.check_serving(model.write_candidate(mutant, folder / "candidate"), folder)
    return {finding.name: str(finding) for finding in findings if not finding.passed}


@pytest.mark.parametrize(
    ("mutation", "finding", "reason"),
    [
        (broken.lower_cased, "token_ids", "the export reads the text in lower case"),
        (broken.description_dropped, "token_ids", "the export reads the headline alone"),
        (broken.cut_at_8_tokens, "token_ids", "the export cuts texts at 8 tokens"),
        (broken.class_names_shuffled, "class_names", "the same names in another order"),
        (broken.scores_shuffled, "scores", "the same probabilities stand under other classes"),
        (broken.with_nan, "finite", "nan in scores"),
        (broken.sums_above_1, "probabilities", "a sum of"),
        (broken.fewer_classes, "class_names", "expected 28 classes; seen 27 classes"),
    ],
)
def test_the_serving_check_names_what_the_export_does_otherwise(
    good_model: GoodModel, tmp_path: Path, mutation: Mutation, finding: str, reason: str
):
    failures = failed_checks(good_model, mutation(good_model.parts), tmp_path)
    assert reason in failures[finding], failures


def test_the_serving_check_names_another_vocabulary(good_model: GoodModel, tmp_path: Path):
    length = good_model.settings.text.max_length
    mutant = broken.other_vocabulary(good_model.parts, good_model.other_tokenizer, length)
    failures = failed_checks(good_model, mutant, tmp_path)
    assert "the export has another tokenizer's vocabulary" in failures["token_ids"], failures


@pytest.mark.parametrize(
    ("mutation", "rule"),
    [
        (broken.attention_zeroed, (names.TOP_1_CHANGE_POSSIBLE, "overall")),
        (broken.head_untrained, (names.TOP_1, "overall")),
        (broken.scores_shuffled, (names.TOP_1, "overall")),
        (broken.with_nan, (names.INVALID_SCORES, "overall")),
        (broken.sums_above_1, (names.INVALID_SCORES, "overall")),
    ],
)
def test_the_gate_stops_a_model_that_is_worse_throughout(
    good_model: GoodModel, tmp_path: Path, mutation: Mutation, rule: tuple[str, str]
):
    candidate = good_model.write_candidate(mutation(good_model.parts), tmp_path / "candidate")
    verdict = good_model.pass_gate(candidate, good_model.uri, tmp_path)
    assert not verdict.blessed
    assert rule in failed_rules(verdict)


def test_the_gate_names_the_class_that_is_never_predicted(good_model: GoodModel, tmp_path: Path):
    name = "TRAVEL"
    number = good_model.taxonomy.class_names.index(name)
    mutant = broken.never_predicted(good_model.parts, number)
    candidate = good_model.write_candidate(mutant, tmp_path / "candidate")
    verdict = good_model.pass_gate(candidate, good_model.uri, tmp_path)
    failures = failed_rules(verdict)
    assert (names.CLASS_TOP_1_CHANGE_POSSIBLE, name) in failures
    assert {slice_ for _, slice_ in failures} <= {name, "overall"}
    assert verdict.candidate.by_class[name]["top_1"] == 0


def test_a_stale_model_with_fewer_classes_is_not_compared_and_not_blessed(
    good_model: GoodModel, tmp_path: Path
):
    mutant = broken.fewer_classes(good_model.parts)
    candidate = good_model.write_candidate(mutant, tmp_path / "candidate")
    asset = candidate / "Format-Serving" / "assets" / features.CLASS_NAMES_ASSET
    *older, _ = asset.read_text("utf-8").splitlines(keepends=True)
    asset.write_text("".join(older), "utf-8")
    verdict = good_model.pass_gate(candidate, good_model.uri, tmp_path)
    assert verdict.comparison.baseline is None
    assert "28 classes and the candidate 27" in verdict.comparison.reason
    assert not verdict.blessed
    assert (names.UNLABELLED, "overall") in failed_rules(verdict), verdict.reason


def test_a_drop_of_two_to_three_points_on_2000_rows_is_seen(good_model: GoodModel, tmp_path: Path):
    good = good_model.top_1(good_model.parts)

    @cache
    def disturbed(share: float) -> tuple[float, broken.Parts]:
        mutant = broken.weights_disturbed(good_model.parts, share)
        return good - good_model.top_1(mutant), mutant

    shares = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    enough = bisect_left(shares[:-1], 0.02, key=lambda share: disturbed(share)[0])
    drop, mutant = disturbed(shares[enough])
    assert 0.02 <= drop <= 0.035, f"no regression of that size: {drop}"
    candidate = good_model.write_candidate(mutant, tmp_path / "candidate")
    verdict = good_model.pass_gate(candidate, good_model.uri, tmp_path, ROWS)
    assert verdict.candidate.overall["example_count"] == ROWS
    assert verdict.candidate.overall["top_1_change"] == pytest.approx(-drop, abs=1e-3)
    assert (names.TOP_1_CHANGE_POSSIBLE, "overall") in failed_rules(verdict)
