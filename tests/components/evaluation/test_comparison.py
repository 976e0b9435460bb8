"""What a candidate is compared with, for the cases in which there is no baseline."""

from __future__ import annotations

from pathlib import Path

from tfx.types.standard_artifacts import Examples, Model

from components.evaluation.comparison import NEVER_BLESSED, SAME_MODEL, compare


def make_model(folder: Path, identity: int, classes: list[str]) -> Model:
    assets = folder / "Format-Serving" / "assets"
    assets.mkdir(parents=True)
    (assets / "class_names").write_text("".join(f"{name}\n" for name in classes))
    model = Model()
    model.uri, model.id = str(folder), identity
    return model


def make_examples() -> Examples:
    examples = Examples()
    examples.uri, examples.id = "rows", 1
    return examples


def test_a_candidate_is_compared_with_a_blessed_model_of_the_same_classes(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS", "CRIME"])
    blessed = make_model(tmp_path / "old", 5, ["ARTS", "CRIME"])
    comparison = compare(candidate, [blessed], make_examples())
    assert comparison.reason == ""
    assert comparison.candidate.startswith("model 8 ")
    assert comparison.baseline is not None
    assert comparison.baseline.startswith("model 5 ")
    assert comparison.examples.startswith("examples 1 ")


def test_a_first_model_and_one_that_is_blessed_already_are_compared_with_nothing(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS", "CRIME"])
    for baselines, reason in (([], NEVER_BLESSED), ([candidate], SAME_MODEL)):
        comparison = compare(candidate, baselines, make_examples())
        assert (comparison.baseline, comparison.reason) == (None, reason)


def test_a_model_of_other_classes_is_no_baseline(tmp_path: Path):
    candidate = make_model(tmp_path / "new", 8, ["ARTS", "CRIME", "MEDIA"])
    stale = make_model(tmp_path / "old", 5, ["ARTS", "CRIME"])
    moved = make_model(tmp_path / "moved", 6, ["CRIME", "ARTS", "MEDIA"])
    comparison = compare(candidate, [stale], make_examples())
    assert comparison.baseline is None
    assert comparison.reason == "the blessed model 5 has 2 classes and the candidate 3: MEDIA"
    assert compare(candidate, [moved], make_examples()).reason.endswith("in another order")
