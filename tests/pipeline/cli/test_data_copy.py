"""Copies of data: a file that a run would refuse stays here, with its first bad line named."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from components.errors import DataError, SettingsError
from pipeline.cli.data_copy import data_copy
from pipeline.cli.main import main
from tests.support.compressions import COMPRESS
from tests.support.fake_bucket import FakeBucket

ROW = b'{"category": "SPORTS", "headline": "Home win", "short_description": ""}\n'
FOLDER = "gs://acme-news/data/"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "rows.json"
    file.write_bytes(ROW)
    return file


def copy(file: Path, target: str, *overrides: str, unlabelled: bool = False) -> None:
    data_copy(file, target, set_=list(overrides), unlabelled=unlabelled)


def test_rows_are_counted_and_copied_to_a_folder_under_their_name(
    bucket: FakeBucket, sample_file: Path, capsys: pytest.CaptureFixture[str]
):
    copy(sample_file, FOLDER)
    assert bucket.objects == {f"data/{sample_file.name}": sample_file.read_bytes()}
    captured = capsys.readouterr()
    assert "600 read, 600 accepted, 0 quarantined" in captured.err
    assert captured.out == f"--data {FOLDER}{sample_file.name}\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"headline": "Home win"}\n', "field 'category' is empty"),
        (b'{"headline": "Home win", "category": "SPACE"}\n', "unknown category 'SPACE'"),
        (b'{"category": "SPORTS", "title": "Home win"}\n', "no text"),
        (b"SPORTS,Home win\n", "not JSON"),
    ],
)
def test_a_file_that_a_run_would_refuse_is_not_copied(
    bucket: FakeBucket, file: Path, line: bytes, reason: str
):
    file.write_bytes(ROW * 2 + b"\n" + line + ROW)
    with pytest.raises(DataError, match=rf"rows\.json:4: {reason}"):
        copy(file, f"{FOLDER}rows.json")
    assert not bucket.objects


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_compressed_rows_are_read_to_their_end(
    bucket: FakeBucket, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
):
    file = tmp_path / f"rows.json{suffix}"
    whole = COMPRESS[suffix](ROW * 50)
    file.write_bytes(whole[:-1])
    with pytest.raises(DataError, match=rf"rows\.json\{suffix}: is cut off"):
        copy(file, FOLDER)
    assert not bucket.objects
    file.write_bytes(whole)
    copy(file, FOLDER)
    assert "50 read, 50 accepted, 0 quarantined" in capsys.readouterr().err
    assert bucket.objects == {f"data/{file.name}": whole}


def test_unusable_metadata_is_counted(
    bucket: FakeBucket, file: Path, capsys: pytest.CaptureFixture[str]
):
    file.write_bytes(b'{"category": "SPORTS", "headline": "Home win", "date": 1526256000000}\n')
    copy(file, f"{FOLDER}rows.json")
    said = "".join(capsys.readouterr().err.splitlines())
    assert "1 accepted, 0 quarantined, unusable and read as empty: date (1)" in said


def test_few_bad_rows_are_quarantined_as_in_a_run(
    bucket: FakeBucket, file: Path, capsys: pytest.CaptureFixture[str]
):
    file.write_bytes(ROW * 99 + b"no row\n")
    copy(file, f"{FOLDER}rows.json")
    assert "100 read, 99 accepted, 1 quarantined" in capsys.readouterr().err
    assert bucket.objects == {"data/rows.json": file.read_bytes()}


def test_unlabelled_rows_are_for_a_batch(
    bucket: FakeBucket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "rows.json.gz"
    file.write_bytes(gzip.compress(b'{"headline": "Home win"}\n'))
    copy(file, FOLDER, unlabelled=True)
    assert capsys.readouterr().out == f"--set batch.files={FOLDER}rows.json.gz\n"
    with pytest.raises(SettingsError, match=r"does not end in '\.gz'"):
        copy(file, f"{FOLDER}rows.json", unlabelled=True)


def test_other_data_of_that_name_are_not_replaced(bucket: FakeBucket, sample_file: Path):
    bucket.objects["data/copy.json"] = ROW
    with pytest.raises(SettingsError, match="is there, and differs"):
        copy(sample_file, f"{FOLDER}copy.json")
    assert bucket.objects == {"data/copy.json": ROW}


@pytest.mark.parametrize("target", ["copy/", "file:///data/rows.json", "gs:/acme-news/data/"])
def test_a_copy_goes_nowhere_but_to_a_bucket(file: Path, target: str):
    with pytest.raises(SettingsError, match=r"^DESTINATION: .* is not on gs://"):
        copy(file, target)
    assert list(file.parent.iterdir()) == [file]


def test_a_second_copy_says_that_it_was_there(
    bucket: FakeBucket, file: Path, capsys: pytest.CaptureFixture[str]
):
    copy(file, FOLDER)
    assert "copied and checked" in capsys.readouterr().err
    copy(file, FOLDER)
    captured = capsys.readouterr()
    assert "was there already" in captured.err
    assert captured.out == f"--data {FOLDER}rows.json\n"


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("gs://acme-news", 2, "newscat: DESTINATION: gs://acme-news names no place in a bucket"),
        ("gs://acme-news/other.json", 2, "is there, and differs"),
        (
            "gs://acme-typo/rows.json",
            1,
            "does not exist [is the bucket there?",
        ),
    ],
)
def test_a_failure_is_one_message_and_an_exit_code(
    bucket: FakeBucket,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    target: str,
    code: int,
    message: str,
):
    bucket.objects["other.json"] = b"{}"
    monkeypatch.setattr(sys, "argv", ["newscat", "data", "copy", str(file), target])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code == code
    captured = capsys.readouterr()
    assert message in captured.err
    assert not captured.out


def test_a_table_with_names_of_its_own_is_checked_by_them(
    bucket: FakeBucket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "news.csv"
    file.write_bytes(b'title;label\nHome win;SPORTS\n"At last;\nagain";SPORTS\n')
    with pytest.raises(DataError, match=r"no row has the fields 'headline' and 'category'; its "):
        copy(file, FOLDER)
    with pytest.raises(DataError, match=r"no row has the field 'titel' .*; its fields are: title"):
        copy(file, FOLDER, "data.fields={headline: titel, category: label}")
    assert not bucket.objects
    copy(file, FOLDER, "data.fields={headline: title, category: label}")
    assert "2 read, 2 accepted, 0 quarantined" in capsys.readouterr().err
    file.write_bytes(b"title;label\nHome win;SPORTS\n\nAway;win;SPORTS\n")
    with pytest.raises(DataError, match=r"news\.csv:4: 3 cells, and the header has 2"):
        copy(file, FOLDER, "data.fields={headline: title, category: label}")
