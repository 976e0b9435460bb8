"""The taxonomy file: 28 classes, 41 categories, and clear refusals of broken files."""

from pathlib import Path

import pytest

from components.errors import SettingsError
from components.preprocessing.taxonomy import Taxonomy, load_taxonomy
from pipeline.demo.vocabulary import load_vocabulary
from pipeline.settings import DataSettings

REVIEWED = DataSettings().taxonomy


def write(folder: Path, text: str) -> Path:
    path = folder / "taxonomy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_41_categories_become_28_sorted_classes():
    taxonomy = load_taxonomy(REVIEWED)
    assert len(taxonomy.class_of) == 41
    assert len(taxonomy.class_names) == 28
    assert taxonomy.class_names == sorted(taxonomy.class_names)
    assert taxonomy.class_of["CULTURE & ARTS"] == taxonomy.class_of["ARTS"] == "ARTS & CULTURE"
    assert taxonomy.class_of["THE WORLDPOST"] == "WORLD NEWS"


def test_every_category_of_the_sample_has_a_class():
    assert set(load_vocabulary().categories) == set(load_taxonomy(REVIEWED).class_of)


def test_an_optional_class_is_excluded_unless_added():
    assert load_taxonomy(REVIEWED).excluded == {"U.S. NEWS"}
    added = load_taxonomy(REVIEWED, ["U.S. NEWS"])
    assert len(added.class_names) == 29
    assert not added.excluded


def test_an_unknown_optional_class_names_those_there_are():
    with pytest.raises(SettingsError, match=r"no optional class 'SPACE' \(it has: U\.S\. NEWS\)"):
        load_taxonomy(REVIEWED, ["SPACE"])


def test_config_round_trip_keeps_the_class_ids():
    taxonomy = load_taxonomy(REVIEWED)
    assert Taxonomy.from_config(taxonomy.to_config()).class_names == taxonomy.class_names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("classes: {A: [X], B: [X]}", "'X' belongs to 'A' and to 'B'"),
        ("classes: {A: X}", "must map each class name to a list"),
        ("classes: {A: []}", "must map each class name to a list"),
        ("optional_classes: {A: [X]}", "has no `classes`"),
        ("- A", "has no `classes`"),
        ("classes: {A: [X", "not valid YAML"),
        ("classes: {overall: [X]}", "no class may be named 'overall'"),
        ("classes: {long text: [X]}", "no class may be named 'long text'"),
        ("classes: {serving: [X]}", "no class may be named 'serving'"),
        ("classes: {'': [X]}", "class '' is no name on one line"),
        ('classes: {"A\\nB": [X]}', ":1: .*control characters or a line break"),
        ("classes:\n  2018: [X]", "taxonomy.yaml:2: the key '2018' is read as a number; put it in"),
        ("classes:\n  A: [X]\n  NO: [Y]", ":3: the key 'NO' is read as a truth value; put it in q"),
        ("classes:\n  A:\n  - X\n  - NO", ":4: category False .* put it in quotes"),
        ("classes:\n  A: [1]", ":2: category 1 is not read as text; put it in quotes"),
        ("classes:\n  A: [1.5]", ":2: category 1.5 .* put it in quotes"),
        ("classes:\n  A: [2020-01-01]", ":2: '2020-01-01' is read as a date; put it in quotes"),
        ("classes:\n  A: [null]", ":2: category None .* put it in quotes"),
        ("classes:\n  A: [X, ]\n  B: [~]", ":3: category None"),
        ("classes:\n  A: [[X]]", ":2: category \\['X'\\] is not read as text"),
        ("classes:\n  A: [{X: Y}]", ":2: category {'X': 'Y'} is not read as text"),
        ("classes:\n  A: [X, Y, X]", ":2: category 'X' belongs to 'A' and to 'A'"),
        ("classes:\n  A: [X]\n  A: [Y]", ":3: 'A' is there already, in line 2"),
        ("classes: {A: [X]}\nclasses: {B: [Y]}", ":2: 'classes' is there already, in line 1"),
        ("classes:\n  A: [X]\noptional_classes:\n  A: [Y]", ":4: class 'A' is there already"),
        ("classes:\n  A: [X]\noptional_classes:\n  B: [X]", ":4: category 'X' belongs to 'A' and"),
        ("classes:\n  A: [X]\noptional_clases:\n  B: [Y]", ":3: 'optional_clases' is neither"),
        ("classes:\n  A: [X]\noptional_classes: [B]", ":3: `optional_classes` must map"),
        ("classes:\n  A:\n  B: [X]", ":2: class 'A' has none"),
        ("classes:\n  A: ['']", ":2: category '' is no name"),
        ("classes:\n  ' A': [X]", ":2: class ' A' begins or ends with white space"),
        ("classes:\n  A: ['X ']", ":2: category 'X ' begins or ends with white space"),
        ("classes:\n  A: &a [X]\n  B: *a", ":2: anchors and aliases"),
    ],
)
def test_a_broken_file_is_refused_with_the_reason(tmp_path: Path, text: str, message: str):
    with pytest.raises(SettingsError, match=message):
        load_taxonomy(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match="missing.yaml: No such file"):
        load_taxonomy(tmp_path / "missing.yaml")
