"""Profiles and overrides: what is read, and what a wrong field or value leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.errors import SettingsError
from components.evaluation.policy import GatePolicy
from pipeline.cli.options import overrides
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
    given = [
        "trainer.epochs=2",
        "trainer.batch_size=16",
        "trainer.learning_rate=1e-4",
        "data.eval_fraction=0.2",
        "gate.min_top_1=0.5",
        "gate.min_top_3=0.6",
        "gate.max_drop_top_1=0.1",
    ]
    settings = load_settings("demo", given)
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


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("trainer.epochs=2.5", "valid integer"),
        ("trainer.epochs=3.0", "valid integer"),
        ("trainer.epochs=true", "valid integer"),
        ("trainer.epochs='3'", "valid integer"),
        ("trainer.epochs=1e1000", "valid integer"),
        ("trainer.epochs=null", "valid integer"),
        ("trainer.epochs=[3]", "valid integer"),
        ("trainer.epochs=010", "010 is no decimal number"),
        ("trainer.epochs=1:30", "1:30 is no decimal number"),
        (f"trainer.epochs={'9' * 5_000}", "5,000 digits"),
        ("trainer.batch_size=99999999999", "4,294,967,295 at most"),
        ("trainer.batch_size=5000000", "less than or equal to 4194304"),
        ("trainer.bucket_lengths=[16, -1]", "greater than or equal to 1"),
        ("trainer.bucket_lengths=[99999999999]", "4,294,967,295 at most"),
        ("trainer.clipnorm=.inf", "finite number"),
        ("trainer.weight_decay=.nan", "finite number"),
        ("trainer.checkpoint_minutes=.inf", "finite number"),
        ("serving_check.max_latency_ms=1e1000", "finite number"),
        ("gate.min_top_1=true", "valid number"),
        ("gate.min_top_1='0.5'", "valid number"),
        ("trainer.warm_start=1", "valid boolean"),
        ("trainer.xla=on", "put it in quotes"),
        ("data.files=[2]", "valid string"),
        ("data.files=2022", "valid list"),
        ("data.fields={title: headline}", "'title' is none of our fields, link, headline"),
        ("data.fields={headline: 3}", "valid string"),
        ("data.fields={headline: a, date: a}", "'a' cannot be headline and date"),
        ("data.fields={headline: short_description}", "name the field that is short_description"),
        ("data.files=", "at least 1 character"),
        ("data.taxonomy=3", "valid path"),
        ("output=", "at least 1 character"),
        ("name=Upper", "match pattern"),
        ('name="a\\n"', "control characters"),
        (f"name={'a' * 64}", "at most 63 characters"),
        ("vertex.labels={a: 1}", "valid string"),
        ("trainer={epochs: 1, epochs: 2}", "'epochs' is there already"),
        ("trainer=&a [*a]", "anchors and aliases"),
    ],
    ids=lambda text: text[:30],
)
def test_a_value_is_not_made_to_fit_its_field(override: str, message: str):
    with pytest.raises(SettingsError, match=message) as error:
        load_settings("vertex", [override])
    assert str(error.value).startswith(f"--set {override[:20]}")
    assert len(str(error.value)) < 500


def test_a_number_may_be_written_as_people_write_it():
    given = ["trainer.learning_rate=1e-5", "gate.min_top_1=1", "trainer.clipnorm=2.E+0"]
    settings = load_settings("demo", [*given, "data.max_quarantined_fraction=5.0e-2"])
    assert settings.trainer.learning_rate == 1e-5
    assert settings.gate.min_top_1 == 1.0
    assert settings.trainer.clipnorm == 2.0
    assert settings.data.max_quarantined_fraction == 0.05
    assert load_settings("demo", ["checkpoint.fingerprint=12e4"]).checkpoint.fingerprint == "12e4"


def test_a_key_that_is_there_twice_is_refused_with_both_lines(tmp_path: Path):
    profile = tmp_path / "mine.yaml"
    profile.write_text("gate:\n  min_top_1: 0.9\n  min_top_3: 0.9\n  min_top_1: 0.0\n")
    with pytest.raises(SettingsError, match=r"mine\.yaml:4: 'min_top_1' is there .*in line 2"):
        load_settings(str(profile))


@pytest.mark.parametrize(
    "given",
    [
        ["trainer.epochs=1", "trainer.epochs=2"],
        ["trainer.epochs=1", "trainer={epochs: 2}"],
        ["trainer={epochs: 2}", "trainer.epochs=1"],
    ],
)
def test_a_setting_is_given_once(given: list[str]):
    with pytest.raises(SettingsError, match=r"--set .*: trainer.* is given already"):
        load_settings("demo", given)


def test_an_option_and_the_setting_that_it_stands_for_are_the_same():
    with pytest.raises(SettingsError, match="checkpoint.source is given already"):
        load_settings("demo", overrides(None, "a", None, ["checkpoint.source=b"]))
    given = overrides(None, "a", None, ["checkpoint.revision=b"])
    assert load_settings("kaggle", given).checkpoint.revision == "b"
    without = load_settings("kaggle", overrides(None, "a", None, [])).checkpoint
    assert (without.source, without.revision) == ("a", None)


def test_a_section_that_is_given_keeps_what_it_does_not_name():
    trainer = load_settings("demo", ["trainer={epochs: 9}"]).trainer
    assert (trainer.epochs, trainer.learning_rate) == (9, 1e-3)


def test_profiles_that_extend_each_other_are_named(tmp_path: Path):
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("extends: two.yaml\n")
    two.write_text("name: two\nextends: ./one.yaml\n")
    with pytest.raises(SettingsError, match=r"two\.yaml:2: .* ring: .*one.yaml, .*two.yaml, .*one"):
        load_settings(str(one))
    one.write_text("extends: one.yaml\n")
    with pytest.raises(SettingsError, match=r"one\.yaml:1: .* ring: .*one.yaml, .*one.yaml"):
        load_settings(str(one))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: nope", r"it\.yaml:1: profile 'nope': neither a file nor one of demo"),
        ("extends: [demo]", r"it\.yaml:1: extends takes the name or the file of one profile"),
        (
            "name: a\ntrainers:\n  epochs: 1",
            r"it\.yaml:2: no setting 'trainers'; did you",
        ),
        ("name: a\n'':\n  epochs: 1", r"it\.yaml:2: no setting ''"),
        ("trainer: 3", r"it\.yaml:1: trainer = 3"),
        (
            "trainer:\n  bucket_lengths:\n  - 16\n  - x",
            r"yaml:4: trainer.bucket_lengths.1 = 'x'",
        ),
        ("vertex:\n  region: x", r"it\.yaml:1: 'vertex.project' is needed"),
        ("xla: on", r"it\.yaml:1: no setting 'xla'"),
    ],
)
def test_a_mistake_is_blamed_on_its_line(tmp_path: Path, text: str, message: str):
    profile = tmp_path / "it.yaml"
    profile.write_text(text)
    with pytest.raises(SettingsError, match=message):
        load_settings(str(profile))


def test_an_unknown_section_is_blamed_on_who_named_it():
    with pytest.raises(SettingsError, match=r"^--set trainr\.epochs=1: no setting 'trainr'; did"):
        load_settings("demo", ["trainr.epochs=1"])
    with pytest.raises(SettingsError, match=r"^--set vertex\.region=x: 'vertex.project' is needed"):
        load_settings("demo", ["vertex.region=x"])


def test_paths_of_a_profile_are_relative_to_it_and_overrides_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home, folder = tmp_path / "home", tmp_path / "profiles"
    (folder / "roberta").mkdir(parents=True)
    (folder / "base.yaml").write_text(
        "extends: kaggle\ncheckpoint: {source: roberta, revision: null}\n"
        "data: {files: rows.json, taxonomy: sub/taxonomy.yaml, schema_file: /s.pbtxt}\n"
        "batch: {files: 'gs://b/x.json'}\n"
    )
    (folder / "mine.yaml").write_text("extends: base.yaml\noutput: out\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    settings = load_settings("profiles/mine.yaml")
    assert settings.output == str(folder / "out")
    assert settings.data.files == [str(folder / "rows.json")]
    assert settings.data.taxonomy == folder / "sub" / "taxonomy.yaml"
    assert settings.data.schema_file == Path("/s.pbtxt")
    assert settings.batch.files == ["gs://b/x.json"]
    assert settings.checkpoint.source == str(folder / "roberta")
    assert load_settings("profiles/base.yaml").output == "output/kaggle", "of a profile of ours"
    given = ["data.files=~/rows.json", "data.taxonomy=mine.yaml", "checkpoint.source=org/model"]
    settings = load_settings("profiles/mine.yaml", given)
    assert settings.data.files == [str(home / "rows.json")]
    assert settings.data.taxonomy == Path("mine.yaml")
    assert settings.checkpoint.source == "org/model"
