"""Inputs are made or found before the DAG starts, and a wrong one is named."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from components.errors import CheckpointError, DataError, SettingsError
from pipeline.inputs import RunInputs, resolve_inputs
from pipeline.profiles import load_settings


def resolve(tmp_path: Path, *overrides: str, profile: str = "demo") -> RunInputs:
    settings = load_settings(profile, [f"output={tmp_path}/out", *overrides])
    return resolve_inputs(settings)


def test_the_demo_makes_its_sample_and_checkpoint_once(tmp_path: Path):
    first = resolve(tmp_path, "demo.sample_rows=500")
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/inputs").rglob("*")}
    assert [survey.rows for survey in first.data.surveys] == [500]
    second = resolve(tmp_path, "demo.sample_rows=500")
    assert second == first
    assert made == {path: path.stat().st_mtime_ns for path in (tmp_path / "out/inputs").rglob("*")}


def test_the_inputs_of_another_sample_are_other_files(tmp_path: Path):
    first = resolve(tmp_path, "demo.sample_rows=500")
    second = resolve(tmp_path, "demo.sample_rows=600")
    assert first.data.patterns != second.data.patterns
    assert first.settings.checkpoint.source != second.settings.checkpoint.source


def test_missing_data_name_the_option(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"data\.files is not set; give it with --data"):
        resolve(tmp_path, profile="kaggle")
    with pytest.raises(SettingsError, match=r"no file matches .*missing\.json"):
        resolve(tmp_path, f"data.files={tmp_path}/missing.json")


def test_a_folder_is_not_a_data_file(tmp_path: Path):
    with pytest.raises(DataError, match="is a folder; name the files in it"):
        resolve(tmp_path, f"data.files={tmp_path}")


@pytest.mark.parametrize(
    ("name", "contents", "reason"),
    [
        ("rows.json.gz", b"", "is empty"),
        ("rows.json.gz", b'{"headline": "A"}', "holds no gzip data"),
        ("rows.json", gzip.compress(b"{}"), "holds gzip data"),
        ("rows.json", '{"headline": "A"}'.encode("utf-16"), "is UTF-16"),
        ("rows.json", b'{\n "headline": "A"\n}\n', "is pretty-printed JSON"),
        ("rows.json", b"", "has no row, it is empty"),
    ],
)
def test_a_file_that_holds_no_rows_is_named_before_the_run(
    tmp_path: Path, sample_file: Path, name: str, contents: bytes, reason: str
):
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(DataError, match=f"{tmp_path}/{name}: {reason}"):
        resolve(tmp_path, f"data.files={tmp_path}/*.json*")
    with pytest.raises(DataError, match=f"{tmp_path}/{name}: {reason}"):
        resolve(tmp_path, f"data.files={sample_file}", f"batch.files={tmp_path}/{name}")


def test_a_missing_checkpoint_is_named(tmp_path: Path, sample_file: Path):
    with pytest.raises(CheckpointError, match="is not a folder"):
        resolve(tmp_path, f"data.files={sample_file}", f"checkpoint.source={tmp_path}/none")


def test_another_fingerprint_than_the_expected_is_refused(
    tmp_path: Path, sample_file: Path, checkpoint: Path
):
    inputs = (f"data.files={sample_file}", f"checkpoint.source={checkpoint}")
    fingerprint = resolve(tmp_path, *inputs).settings.checkpoint.fingerprint
    assert resolve(tmp_path, *inputs, f"checkpoint.fingerprint='{fingerprint}'")
    with pytest.raises(SettingsError, match="is expected"):
        resolve(tmp_path, *inputs, "checkpoint.fingerprint=another")


def test_rows_of_one_s_own_are_not_given_to_the_demo_s_untrained_model(
    tmp_path: Path, sample_file: Path
):
    with pytest.raises(SettingsError, match="give --checkpoint DIR_OR_ID, or take a profile"):
        resolve(tmp_path, f"data.files={sample_file}")
    assert not (tmp_path / "out").exists()


def test_a_profile_says_where_its_own_files_are(tmp_path: Path, sample_file: Path):
    shutil.copy(sample_file, tmp_path / "rows.json")
    profile = tmp_path / "mine.yaml"
    profile.write_text("extends: demo\ndata:\n  files: rows.json\n  taxonomy: none.yaml\n")
    with pytest.raises(SettingsError, match=rf"data.taxonomy: cannot read {tmp_path}/none.yaml"):
        resolve(tmp_path, profile=str(profile))
