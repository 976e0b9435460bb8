"""What a candidate is compared with, for the cases in which there is no baseline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tfx.types.standard_artifacts import Examples, Model

from components.data_validation.profile import DataProfile, copy_data_profile, write_data_profile
from components.evaluation.comparison import NEVER_BLESSED, SAME_MODEL, compare
from components.split_rule import SplitRule, write_split_rule
from tests.support.profiles import some_figures

RULE = SplitRule("hash", eval_fraction=0.1, test_fraction=0.1)


def make_model(
    folder: Path, identity: int, classes: list[str], rule: SplitRule | None = RULE
) -> Model:
    export = folder / "Format-Serving"
    for name in ("assets", "assets.extra"):
        (export / name).mkdir(parents=True)
    (export / "assets" / "class_names").write_text("".join(f"{name}\n" for name in classes))
    profile = DataProfile({}, [], "", some_figures(), {}, None, None, rule)
    write_data_profile(str(folder), profile)
    copy_data_profile(str(folder), str(export))
    model = Model()
    model.uri, model.id = str(folder), identity
    return model


def make_examples(folder: Path, rule: SplitRule = RULE) -> Examples:
    folder.mkdir(exist_ok=True)
    write_split_rule(str(folder), rule)
    examples = Examples()
    examples.uri, examples.id = str(folder), 1
    examples.split_names = json.dumps(rule.splits)
    return examples


def test_a_candidate_is_compared_with_a_blessed_model_of_the_same_classes(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS", "CRIME"])
    blessed = make_model(tmp_path / "old", 5, ["ARTS", "CRIME"])
    comparison = compare(candidate, [blessed], make_examples(tmp_path / "rows"))
    assert comparison.reason == ""
    assert comparison.candidate.startswith("model 8 ")
    assert comparison.baseline is not None
    assert comparison.baseline.startswith("model 5 ")
    assert comparison.examples.startswith("split test of examples 1, ")


def test_a_first_model_and_one_that_is_blessed_already_are_compared_with_nothing(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS", "CRIME"])
    for baselines, reason in (([], NEVER_BLESSED), ([candidate], SAME_MODEL)):
        comparison = compare(candidate, baselines, make_examples(tmp_path / "rows"))
        assert (comparison.baseline, comparison.reason) == (None, reason)


def test_a_model_of_other_classes_is_no_baseline(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS", "CRIME", "MEDIA"])
    stale = make_model(tmp_path / "old", 5, ["ARTS", "CRIME"])
    moved = make_model(tmp_path / "moved", 6, ["CRIME", "ARTS", "MEDIA"])
    comparison = compare(candidate, [stale], make_examples(tmp_path / "rows"))
    assert comparison.baseline is None
    assert comparison.reason == "the blessed model 5 has 2 classes and the candidate 3: MEDIA"
    assert compare(candidate, [moved], make_examples(tmp_path / "rows")).reason.endswith(
        "in another order"
    )


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (None, "the blessed model 5 was trained before splits were recorded"),
        (replace(RULE, test_fraction=0.05), "the blessed model 5 learnt from rows that are judged"),
    ],
)
def test_a_model_that_may_have_learnt_the_rows_judged_today_is_no_baseline(
    tmp_path: Path, rule: SplitRule | None, reason: str
):
    candidate = make_model(tmp_path / "new", 8, ["ARTS"])
    blessed = make_model(tmp_path / "old", 5, ["ARTS"], rule)
    comparison = compare(candidate, [blessed], make_examples(tmp_path / "rows"))
    assert comparison.baseline is None
    assert comparison.reason.startswith(reason)


def test_a_model_of_an_earlier_version_is_no_baseline(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS"])
    blessed = make_model(tmp_path / "old", 5, ["ARTS"])
    (tmp_path / "old/Format-Serving/assets.extra/data_profile.json").unlink()
    comparison = compare(candidate, [blessed], make_examples(tmp_path / "rows"))
    assert "was trained before splits were recorded" in comparison.reason


def test_rows_that_early_stopping_has_used_are_said(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS"])
    examples = make_examples(tmp_path / "rows", replace(RULE, test_fraction=0.0))
    said = compare(candidate, [], examples).examples
    assert said.startswith("split eval, which early stopping has used, of examples 1, ")
