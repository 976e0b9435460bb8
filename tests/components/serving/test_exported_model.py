"""Which SavedModel a folder means."""

import shutil
from pathlib import Path

import pytest

from components.errors import SettingsError
from components.serving.exported_model import ExportedModel, find_saved_model

PARTS = ("saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001")


def make_version(folder: Path, *without: str) -> None:
    (folder / "variables").mkdir(parents=True)
    for name in set(PARTS) - set(without):
        (folder / name).touch()


def test_the_newest_version_by_number_is_taken_and_unfinished_ones_are_not(tmp_path: Path):
    for version in ("9", "10"):
        make_version(tmp_path / version)
    (tmp_path / "11").mkdir()
    (tmp_path / "12").touch()
    make_version(tmp_path / "temporary")
    assert find_saved_model(str(tmp_path)) == str(tmp_path / "10")
    assert find_saved_model(str(tmp_path / "9")) == str(tmp_path / "9")


@pytest.mark.parametrize("part", PARTS)
def test_a_newer_version_that_lacks_a_part_is_passed_over_and_said(tmp_path: Path, part: str):
    make_version(tmp_path / "9", part)
    make_version(tmp_path / "10")
    make_version(tmp_path / "11", part)
    passed_over: list[str] = []
    assert find_saved_model(str(tmp_path), passed_over.append) == str(tmp_path / "10")
    assert passed_over == [str(tmp_path / "11")]


def test_a_version_that_lacks_a_shard_is_incomplete(tmp_path: Path):
    make_version(tmp_path / "9", PARTS[2])
    (tmp_path / "9/variables/variables.data-00000-of-00002").touch()
    with pytest.raises(SettingsError, match="no complete version"):
        find_saved_model(str(tmp_path))
    (tmp_path / "9/variables/variables.data-00001-of-00002").touch()
    assert find_saved_model(str(tmp_path)) == str(tmp_path / "9")


def test_a_folder_without_a_model_is_an_error(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(SettingsError, match="no SavedModel"):
            find_saved_model(str(folder))


@pytest.mark.parametrize("damaged", PARTS)
@pytest.mark.parametrize("kept", [0, 100, None])
def test_a_damaged_model_is_named_in_one_sentence(
    tmp_path: Path, tiny_export: Path, damaged: str, kept: int | None
):
    folder = tmp_path / "1"
    shutil.copytree(tiny_export, folder)
    if kept is None:
        (folder / damaged).unlink()
    else:
        (folder / damaged).write_bytes((folder / damaged).read_bytes()[:kept])
    with pytest.raises(SettingsError, match=rf"^{folder}: cannot be loaded, .*\)$") as error:
        ExportedModel(str(folder))
    assert len(str(error.value).splitlines()) == 1
