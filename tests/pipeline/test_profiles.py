"""Profiles and overrides: what is read, and what a wrong field or value leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.errors import SettingsError
from components.evaluation.policy import GatePolicy
from pipeline.profiles import load_settings, profile_names


@pytest.mark.parametrize("profile", profile_names())
def test_every_profile_is_valid(profile: str):
    assert load_settings(profile).name.startswith("news-category-")


def test_the_kaggle_profile_is_the_tutorial_s_recipe():
    settings = load_settings("kaggle")
    recipe = settings.trainer
    assert (recipe.epochs, recipe.learning_rate, recipe.clipnorm) == (6, 1e-5, 1.0)
    assert (recipe.optimizer, recipe.decay, recipe.warmup_fraction) == ("adam", "constant", 0.0)
    assert settings.data.eval_fraction == 0.1
    assert settings.checkpoint.source == "FacebookAI/roberta-base"
    assert len(settings.checkpoint.revision or "") == 40


def test_the_vertex_profile_extends_kaggle():
    vertex, kaggle = load_settings("vertex"), load_settings("kaggle")
    assert vertex.checkpoint == kaggle.checkpoint
    assert vertex.trainer.strategy == "tpu"
    assert vertex.vertex is not None


def test_names_that_others_script_against():
    overrides = [
        "trainer.epochs=2",
        "trainer.batch_size=16",
        "trainer.learning_rate=1e-4",
        "data.eval_fraction=0.2",
        "gate.min_top_1=0.5",
        "gate.min_top_3=0.6",
        "gate.max_drop_top_1=0.1",
    ]
    settings = load_settings("demo", overrides)
    assert settings.trainer.epochs == 2
    assert settings.trainer.batch_size == 16
    assert settings.trainer.learning_rate == 1e-4
    assert settings.data.eval_fraction == 0.2
    expected = GatePolicy(min_top_1=0.5, min_top_3=0.6, max_drop_top_1=0.1)
    assert settings.gate == expected


def test_an_override_reaches_a_section_that_the_profile_leaves_out():
    assert load_settings("kaggle", ["demo.sample_rows=1000"]).demo.sample_rows == 1000


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("trainer.epoch=3", r"--set trainer\.epoch=3: no setting 'trainer\.epoch'; did you mean"),
        ("trainer.epochs=0", r"trainer\.epochs = 0: .*greater than or equal to 1"),
        ("trainer.optimizer=sgd", r"should be 'adam' or 'adamw'"),
        ("gate.min_top_1=high", r"gate\.min_top_1 = 'high': .*number"),
        ("nonsense=1", r"allowed here: batch, beam_args, checkpoint, data"),
        ("trainer.epochs", r"write it as key=value"),
        ("trainer.epochs=[", r"not valid YAML"),
        ("data=3", r"data = 3"),
    ],
)
def test_a_wrong_override_names_itself_and_what_is_allowed(override: str, message: str):
    with pytest.raises(SettingsError, match=message):
        load_settings("demo", [override])


def test_a_wrong_field_in_a_file_names_file_and_line(tmp_path: Path):
    profile = tmp_path / "mine.yaml"
    profile.write_text("extends: demo\ntrainer:\n  epochs: 3\n  learningrate: 1\n")
    with pytest.raises(SettingsError, match=r"mine\.yaml:4: .*did you mean 'learning_rate'"):
        load_settings(str(profile))


def test_all_mistakes_are_named_at_once():
    with pytest.raises(SettingsError) as error:
        load_settings("demo", ["trainer.epochs=0", "gate.min_top_1=7"])
    assert len(str(error.value).splitlines()) == 2


def test_an_unknown_profile_names_those_there_are():
    with pytest.raises(SettingsError, match="demo, kaggle, vertex"):
        load_settings("nope")


@pytest.mark.parametrize("text", ["- a", "a: [", "\tb"])
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, text: str):
    profile = tmp_path / "broken.yaml"
    profile.write_text(text)
    with pytest.raises(SettingsError, match=r"broken\.yaml"):
        load_settings(str(profile))
