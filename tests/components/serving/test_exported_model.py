"""Which SavedModel a folder means."""

from pathlib import Path

import pytest

from components.errors import UserError
from components.serving.exported_model import find_saved_model


def make_version(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "saved_model.pb").touch()


def test_the_newest_version_by_number_is_taken_and_unfinished_ones_are_not(tmp_path: Path):
    for version in ("9", "10"):
        make_version(tmp_path / version)
    (tmp_path / "11").mkdir()
    make_version(tmp_path / "temporary")
    assert find_saved_model(str(tmp_path)) == str(tmp_path / "10")
    assert find_saved_model(str(tmp_path / "9")) == str(tmp_path / "9")


def test_a_folder_without_a_model_is_an_error(tmp_path: Path):
    with pytest.raises(UserError, match="no SavedModel"):
        find_saved_model(str(tmp_path))
