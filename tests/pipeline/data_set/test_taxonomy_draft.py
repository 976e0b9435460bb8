"""A draft is a taxonomy at once: whatever the categories are called, it says what the data says."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.errors import DataError, FailureError, SettingsError
from components.preprocessing.features import RESERVED_SLICES
from components.preprocessing.taxonomy import Taxonomy, load_taxonomy
from pipeline.data_set.category_counts import CategoryCounts, count_categories
from pipeline.data_set.description import describe
from pipeline.data_set.taxonomy_draft import can_be_named, draft_taxonomy, write_draft

HOSTILE = [
    *("yes", "NO", "null", "~", "1.0", "1e5", "010", "0x10", "1:30", "2020-01-01", "=", "<<"),
    *("'", '"', "a'b", 'a"b', "#x", "a #b", "a: b", "a:", ": a", "- a", "-", "? a", "?", "."),
    *("!x", "!!python/x", "%TAG", "@a", "`a", "|", ">", "{a}", "[b]", "a, b", "{", "]", "---"),
    *("*a", "&a", "...", "Küche & Bücher", "عربى", "日本語", "🙂", "\ufeffx", "\ufffe", "\u200b"),
    *("e\u0301", "\\n", "\\", "x" * 99, "x" * 101, "x" * 1_100, "x" * 1_101, "y " * 700 + "y"),
    *("classes", "optional_classes", *RESERVED_SLICES),
    *(f"{name} (class)" for name in RESERVED_SLICES),
]
UNNAMEABLE = ["SPORTS ", " SPORTS", "a\nb", "a\tb", "\x1b[31m", "\u2028", "a\u202eb", "\x85"]


def counts_of(*names: str) -> CategoryCounts:
    return CategoryCounts(99, dict.fromkeys(names, 3), 0, 0, "")


def written(folder: Path, *names: str) -> Taxonomy:
    """The taxonomy that a draft for such categories is."""
    path = folder / "taxonomy.yaml"
    write_draft(path, draft_taxonomy(counts_of(*names), "rows\n.json"))
    return load_taxonomy(path)


def test_hostile_names_come_back_as_they_were(tmp_path: Path):
    taxonomy = written(tmp_path, *HOSTILE)
    assert set(taxonomy.class_of) == set(HOSTILE)
    assert len(taxonomy.class_names) == len(HOSTILE)
    for category, name in taxonomy.class_of.items():
        assert name == category or category in RESERVED_SLICES or len(category) > 100


@pytest.mark.parametrize("name", UNNAMEABLE)
def test_what_no_taxonomy_can_name_is_a_comment(tmp_path: Path, name: str):
    assert not can_be_named(name)
    assert set(written(tmp_path, name, "SPORTS").class_of) == {"SPORTS"}
    text = (tmp_path / "taxonomy.yaml").read_text("utf-8")
    assert "# cannot be named here" in text and ", 3 rows" in text


def test_categories_of_which_none_can_be_named_make_no_taxonomy():
    with pytest.raises(DataError, match=r"none of 2 categories can be named .*: 'SPORTS '"):
        draft_taxonomy(counts_of(*UNNAMEABLE[:2]), "rows.json")


# Half surrogate pairs cannot be: such a row is no article.
NAMES = st.lists(
    st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12)
    | st.sampled_from([*HOSTILE, *UNNAMEABLE]),
    min_size=1,
    max_size=6,
    unique=True,
)


@settings(max_examples=100, deadline=None, database=None)
@given(NAMES)
def test_any_names_make_a_taxonomy_that_has_all_that_can_be_named(names: list[str]):
    named = [name for name in names if can_be_named(name) and name]
    with tempfile.TemporaryDirectory() as folder:
        if named:
            assert set(written(Path(folder), *names).class_of) == set(named)


def test_twins_are_proposed_with_their_rows_and_change_nothing(tmp_path: Path):
    taxonomy = written(tmp_path, "ARTS & CULTURE", "ARTS", "CRIME", "a, b", "b a")
    assert len(taxonomy.class_names) == 5
    text = (tmp_path / "taxonomy.yaml").read_text("utf-8")
    assert "#   ARTS & CULTURE: [ARTS & CULTURE, ARTS]  # 6\n" in text
    assert "#   'a, b': ['a, b', b a]  # 6\n" in text
    joined = text.replace("  ARTS: [ARTS]  # 3\n", "").replace(
        "  ARTS & CULTURE: [ARTS & CULTURE]  # 3\n", "  ARTS & CULTURE: [ARTS & CULTURE, ARTS]\n"
    )
    (tmp_path / "edited.yaml").write_text(joined, "utf-8")
    assert load_taxonomy(tmp_path / "edited.yaml").class_of["ARTS"] == "ARTS & CULTURE"


def test_a_file_that_is_there_is_kept(tmp_path: Path):
    written(tmp_path, "A")
    with pytest.raises(SettingsError, match="--to: .* is there already, and may have been edited"):
        written(tmp_path, "B")
    assert set(load_taxonomy(tmp_path / "taxonomy.yaml").class_of) == {"A"}


def test_a_file_that_cannot_be_written_or_read_again_is_not_begun(tmp_path: Path):
    with pytest.raises(SettingsError, match="--to: cannot write .*No such file"):
        write_draft(tmp_path / "none" / "taxonomy.yaml", "classes: {}")
    with pytest.raises(SettingsError, match="more than 1,000,000 bytes"):
        write_draft(tmp_path / "taxonomy.yaml", "x" * 1_000_001)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(FailureError, match="No space left"):
        written(tmp_path, "A")
    assert list(tmp_path.iterdir()) == []


def test_a_category_that_cannot_be_seen_is_none_as_in_a_run(tmp_path: Path):
    rows = tmp_path / "rows.json"
    lines = ['{"headline": "a", "category": "\\u200b"}', '{"headline": "b", "category": "SPORTS"}']
    rows.write_text("\n".join(lines))
    counts = count_categories([rows], {})
    assert (dict(counts.of), counts.without) == ({"SPORTS": 1}, 1)
    assert describe([rows], Taxonomy({"SPORTS": "SPORTS"})).empty["category"] == 1
