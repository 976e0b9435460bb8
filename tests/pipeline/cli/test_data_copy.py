"""Copies of data: a file that a run would refuse stays here, with its first bad line named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from components.errors import DataError, SettingsError
from pipeline.cli.data_copy import copy_data

ROW = b'{"category": "SPORTS", "headline": "Home win", "short_description": ""}\n'


def copy(file: Path, target: str, *overrides: str, unlabelled: bool = False) -> None:
    copy_data(file, target, "vertex", overrides, unlabelled)


def test_rows_are_counted_and_copied_to_a_folder_under_their_name(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    copy(sample_file, f"file://{tmp_path}/data/")
    assert (tmp_path / "data" / sample_file.name).read_bytes() == sample_file.read_bytes()
    captured = capsys.readouterr()
    assert "600 read, 600 accepted, 0 quarantined" in captured.err
    assert captured.out == f"--data file://{tmp_path}/data/{sample_file.name}\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"headline": "Home win"}\n', "unknown category ''"),
        (b'{"category": "SPORTS", "title": "Home win"}\n', "no text"),
        (b"SPORTS,Home win\n", "not JSON"),
    ],
)
def test_a_file_that_a_run_would_refuse_is_not_copied(tmp_path: Path, line: bytes, reason: str):
    file = tmp_path / "rows.json"
    file.write_bytes(ROW * 2 + b"\n" + line + ROW)
    with pytest.raises(DataError, match=rf"rows\.json:4: {reason}"):
        copy(file, f"{tmp_path}/copy/rows.json")
    assert not (tmp_path / "copy").exists()


def test_few_bad_rows_are_quarantined_as_in_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "rows.json"
    file.write_bytes(ROW * 99 + b"no row\n")
    copy(file, f"{tmp_path}/copy/rows.json")
    assert "100 read, 99 accepted, 1 quarantined" in capsys.readouterr().err


def test_unlabelled_rows_are_for_a_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "rows.json.gz"
    file.write_bytes(gzip.compress(b'{"headline": "Home win"}\n'))
    copy(file, f"{tmp_path}/copy/", unlabelled=True)
    assert capsys.readouterr().out == f"--set batch.files={tmp_path}/copy/rows.json.gz\n"
    with pytest.raises(SettingsError, match=r"does not end in '\.gz'"):
        copy(file, f"{tmp_path}/copy/rows.json", unlabelled=True)


def test_other_data_of_that_name_are_not_replaced(sample_file: Path, tmp_path: Path):
    (tmp_path / "copy.json").write_bytes(ROW)
    with pytest.raises(SettingsError, match="is there, and differs"):
        copy(sample_file, f"{tmp_path}/copy.json")
    assert (tmp_path / "copy.json").read_bytes() == ROW
