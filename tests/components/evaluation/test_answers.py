"""Answers are found for exactly the model and the rows that they were given for, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
import tensorflow as tf

from components.evaluation import answers as module
from components.evaluation.answers import KeptAnswers, ask, row_digest

ROWS = [b"one", b"two", b"three"]
ANSWERS = {
    "scores": np.array([[0.1, 0.9], [np.nan, 1 / 3], [0.5, 0.5]], np.float32),
    "label": np.array([1, -1, 0]),
    "class_name": np.array([b"A", b"", "Ä & B".encode()], object),
}


def write_export(folder: Path) -> str:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "variables" / "data").write_bytes(b"weights")
    return str(folder)


def keep(export: str) -> Path:
    """Keeps the answers to the rows; returns their file."""
    KeptAnswers(export).add([([row_digest(row) for row in ROWS], ANSWERS)])
    (file,) = Path(f"{Path(export).parent}.answers").iterdir()
    return file


def test_answers_are_found_as_they_were_given_and_added_to(tmp_path: Path):
    export = write_export(tmp_path / "model" / "export")
    assert KeptAnswers(export).find() == ({}, {})
    keep(export)
    further = {name: values[:1] for name, values in ANSWERS.items()}
    KeptAnswers(export).add([([row_digest(b"four")], further)])
    places, found = KeptAnswers(f"{export}/").find()
    assert places == {row_digest(row): place for place, row in enumerate([*ROWS, b"four"])}
    for name, values in ANSWERS.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], [*values, values[0]])
    assert row_digest(b"onE") not in places


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"\0",
        lambda content: content.replace(np.float32(0.9).tobytes(), np.float32(0.8).tobytes()),
    ],
)
def test_a_damaged_file_is_none_and_is_replaced(tmp_path: Path, damage: Callable[[bytes], bytes]):
    export = write_export(tmp_path / "model" / "export")
    file = keep(export)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert file.read_bytes() != whole
    assert KeptAnswers(export).find() == ({}, {})
    assert keep(export).read_bytes() == whole


def test_one_that_is_half_written_is_not_taken(tmp_path: Path):
    export = write_export(tmp_path / "model" / "export")
    with (
        mock.patch.object(tf.io.gfile, "rename", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        keep(export)
    assert KeptAnswers(export).find() == ({}, {})
    keep(export)
    assert len(KeptAnswers(export).find()[0]) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda export: (export / "saved_model.pb").write_bytes(b"grapf"),
        lambda export: (export / "variables" / "data").write_bytes(b"weightt"),
        lambda export: (export / "variables" / "data").rename(export / "variables" / "date"),
        lambda export: (export / "another").write_bytes(b""),
    ],
)
def test_another_model_in_the_same_place_has_no_answers(
    tmp_path: Path, change: Callable[[Path], object]
):
    export = write_export(tmp_path / "model" / "export")
    file = keep(export)
    change(Path(export))
    other = KeptAnswers(export)
    assert other.find() == ({}, {})
    shutil.copy(file, other._file)
    assert other.find() == ({}, {}), "nor under its name"


def test_another_version_of_a_library_has_no_answers(tmp_path: Path):
    export = write_export(tmp_path / "model" / "export")
    keep(export)
    with mock.patch.object(module, "version", lambda library: "0.0"):
        assert KeptAnswers(export).find() == ({}, {})


def test_answers_are_kept_on_a_remote_file_system():
    # TensorFlow's own, in memory.
    with tf.io.gfile.GFile("ram://bucket/model/export/saved_model.pb", "wb") as file:
        file.write(b"graph")
    kept = KeptAnswers("ram://bucket/model/export")
    kept.add([([row_digest(row) for row in ROWS], ANSWERS)])
    assert len(KeptAnswers("ram://bucket/model/export").find()[0]) == 3
    (name,) = tf.io.gfile.listdir("ram://bucket/model.answers")
    assert not name.endswith(".part")


def test_a_model_that_answers_another_number_of_rows_is_refused():
    model = SimpleNamespace(
        signatures={"classify_examples": lambda examples: {"scores": tf.zeros([1, 5])}}
    )
    with pytest.raises(ValueError, match=r"classify_examples: scores is of shape \(1, 5\)"):
        ask(model, ROWS)
