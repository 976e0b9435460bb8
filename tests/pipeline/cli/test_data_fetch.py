"""Fetching the data set: it arrives whole and checked, or not at all, and a sentence says why."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from components.errors import FailureError, SettingsError
from pipeline.cli.data_fetch import data_fetch
from pipeline.cli.main import run_command
from pipeline.data_set import fetch
from pipeline.data_set import kaggle as kaggle_module
from pipeline.data_set.versions import HANDLE, VERSIONS, Version
from tests.support.fake_kaggle import FakeKaggle, serve
from tests.support.newscat import Newscat

NAME = "News_Category_Dataset_v3.json"
KEY = f"{HANDLE}/3/{NAME}"
ROW = b'{"category": "SPORTS", "headline": "Home win"}\n'
ROWS = 5_000
CONTENT = ROW * ROWS


@pytest.fixture
def kaggle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeKaggle]:
    """A service that has version 3, of fewer rows than it really has."""
    fake = FakeKaggle(files={KEY: CONTENT})
    monkeypatch.setitem(VERSIONS, 3, Version(3, NAME, rows=ROWS))
    for name in ("KAGGLE_USERNAME", "KAGGLE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(tmp_path / "kaggle"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(fake):
        monkeypatch.setenv("KAGGLE_API_ENDPOINT", fake.address)
        yield fake


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "data sets"


def run(to: Path) -> None:
    data_fetch(version=3, to=to)


def partial_file(to: Path) -> Path:
    """Where the library leaves what has arrived."""
    folder = to / f".{NAME}.part" / "datasets" / HANDLE / "versions" / "3"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / NAME


def test_the_versions_are_the_published_ones():
    assert {v.number: (v.file, v.rows) for v in VERSIONS.values()} == {
        2: ("News_Category_Dataset_v2.json", 200_853),
        3: ("News_Category_Dataset_v3.json", 209_527),
    }


def test_a_file_is_fetched_checked_and_alone_in_its_folder(
    kaggle: FakeKaggle, to: Path, capsys: pytest.CaptureFixture[str]
):
    run(to)
    assert [path.name for path in to.iterdir()] == [NAME]
    assert (to / NAME).read_bytes() == CONTENT
    captured = capsys.readouterr()
    assert "CC BY 4.0" in captured.err and "fetched, 5,000 rows" in captured.err
    assert captured.out == f"--data '{to / NAME}'\n"


def test_a_second_fetch_checks_what_is_there_and_asks_nobody(
    kaggle: FakeKaggle, to: Path, capsys: pytest.CaptureFixture[str]
):
    run(to)
    kaggle.refuse = HTTPStatus.SERVICE_UNAVAILABLE
    run(to)
    assert "is there already, 5,000 rows" in capsys.readouterr().err
    (to / NAME).write_bytes(ROW * (ROWS - 3))
    with pytest.raises(SettingsError, match=r"there already, with 4,997 rows, and version 3 has"):
        run(to)
    assert (to / NAME).read_bytes() == ROW * (ROWS - 3), "nothing of others is replaced"


@pytest.mark.parametrize("zipped", [False, True])
def test_a_transfer_that_was_cut_off_goes_on(kaggle: FakeKaggle, to: Path, zipped: bool):
    kaggle.zipped = zipped
    size = len(kaggle.body(KEY))
    kaggle.cuts = [size // 2]
    with pytest.raises(FailureError, match=r"lost after 0\.\d MB .* goes on from there"):
        run(to)
    assert not (to / NAME).exists()
    kaggle.ranges.clear()
    run(to)
    # The library opens the whole first, to learn whether it can go on.
    assert kaggle.ranges == ["", f"bytes={size // 2 - 1}-"]
    assert (to / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize("without_md5", [False, True])
def test_rows_too_few_or_too_many_are_not_put_in_place(
    kaggle: FakeKaggle, to: Path, without_md5: bool
):
    kaggle.without_md5 = without_md5
    for rows in (ROWS - 1, ROWS + 2, 0):
        kaggle.files[KEY] = ROW * rows
        with pytest.raises(FailureError, match=f"sent {rows:,} rows .* has 5,000: it was not kept"):
            run(to)
        assert list(to.iterdir()) == []


def test_contents_that_are_no_rows_are_not_put_in_place(kaggle: FakeKaggle, to: Path):
    kaggle.files[KEY] = b"PK\x03\x04" + ROW * ROWS
    with pytest.raises(FailureError, match="Kaggle sent no rows: .*zip archive"):
        run(to)
    assert list(to.iterdir()) == []


def test_another_hash_than_the_service_sends_is_no_success(kaggle: FakeKaggle, to: Path):
    kaggle.wrong_md5 = True
    with pytest.raises(FailureError, match="another MD5 than Kaggle sent"):
        run(to)
    assert not (to / NAME).exists()
    kaggle.wrong_md5 = False
    run(to)
    assert (to / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize("damage", ["last byte", "first byte", "longer", "all", "half unpacked"])
def test_what_an_earlier_attempt_left_is_not_believed(kaggle: FakeKaggle, to: Path, damage: str):
    """The library by itself takes a file of full size, or one with its marker, for right."""
    left = partial_file(to)
    wrong = bytearray(CONTENT)
    if damage == "longer":
        wrong += ROW
    else:
        wrong[-1 if damage == "last byte" else 0] ^= 1
    left.write_bytes(wrong)
    if damage == "all":
        marker = left.parents[2] / ".complete" / "3" / f"{NAME}.complete"
        marker.parent.mkdir(parents=True)
        marker.touch()
    if damage == "half unpacked":
        left.write_bytes(CONTENT[:1_000])
        left.with_name(f"{NAME}.zip").write_bytes(b"PK")
    run(to)
    assert (to / NAME).read_bytes() == CONTENT
    assert [path.name for path in to.iterdir()] == [NAME]


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (401, SettingsError, r"refuses the credentials \(401\); set KAGGLE_USERNAME .*chmod 600"),
        (403, SettingsError, r"refuses the credentials \(403\)"),
        (404, FailureError, r"Kaggle has no News_Category_Dataset_v3\.json in version 3"),
        (429, FailureError, "Kaggle answers 429 Too Many Requests; try again later"),
        (500, FailureError, "Kaggle answers 500 Internal Server Error"),
    ],
)
def test_a_refusal_is_explained(
    kaggle: FakeKaggle, to: Path, status: int, error: type[Exception], message: str
):
    kaggle.refuse = HTTPStatus(status)
    with pytest.raises(error, match=message):
        run(to)
    assert list(to.iterdir()) == []


def test_a_service_that_cannot_be_reached(
    kaggle: FakeKaggle, to: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KAGGLE_API_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(FailureError, match=r"cannot be reached \(ConnectionError\).* with --data"):
        run(to)
    monkeypatch.setenv("KAGGLE_API_ENDPOINT", "nowhere")
    with pytest.raises(SettingsError, match="Kaggle's credentials or address: Invalid URL"):
        run(to)
    assert not (to / NAME).exists()


def test_credentials_come_from_the_environment_or_the_file(
    kaggle: FakeKaggle, to: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    kaggle.credentials = ("ada", "secret")
    with pytest.raises(SettingsError, match="refuses the credentials"):
        run(to)
    monkeypatch.setenv("KAGGLE_USERNAME", "ada")
    with pytest.raises(SettingsError, match="one of KAGGLE_USERNAME and KAGGLE_KEY is set"):
        run(to)
    monkeypatch.setenv("KAGGLE_KEY", "secret")
    run(to)
    (to / NAME).unlink()
    monkeypatch.delenv("KAGGLE_USERNAME")
    monkeypatch.delenv("KAGGLE_KEY")
    file = tmp_path / "kaggle" / "kaggle.json"
    file.parent.mkdir()
    for content in ("{", "[]", '{"username": "ada"}'):
        file.write_text(content, "utf-8")
        with pytest.raises(SettingsError, match=r"Kaggle's credentials or address: .*kaggle\.json"):
            run(to)
    file.write_text('{"username": "ada", "key": "secret"}', "utf-8")
    run(to)
    assert (to / NAME).is_file()


def test_a_full_disk_is_no_mistake_of_the_user(
    kaggle: FakeKaggle, to: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(kaggle_module, "_write_body", fail)
    with pytest.raises(FailureError, match="No space left on device"):
        run(to)
    assert not (to / NAME).exists()


def test_the_folder_has_to_be_one(kaggle: FakeKaggle, to: Path):
    to.write_text("a file", "utf-8")
    with pytest.raises(SettingsError, match="--to: cannot write .*data sets"):
        run(to)
    assert to.read_text("utf-8") == "a file"


def test_two_at_once_do_not_mix(kaggle: FakeKaggle, to: Path):
    scratch = to / f".{NAME}.part"
    scratch.mkdir(parents=True)
    with (scratch / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SettingsError, match="another fetch is writing"):
            run(to)
    run(to)
    assert (to / NAME).read_bytes() == CONTENT


def test_an_unknown_version_is_refused_before_anything_is_asked(to: Path):
    with pytest.raises(SettingsError, match="there is no version 4; known are 2, 3"):
        data_fetch(version=4, to=to)
    assert not to.exists()


@pytest.mark.parametrize(
    ("status", "code"), [(None, 0), (HTTPStatus.UNAUTHORIZED, 2), (HTTPStatus.NOT_FOUND, 1)]
)
def test_the_exit_code_says_whose_fault_it_is(
    kaggle: FakeKaggle,
    to: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: HTTPStatus | None,
    code: int,
):
    kaggle.refuse = status
    monkeypatch.setattr(sys, "argv", ["newscat", "data", "fetch", "--to", str(to)])
    environment = dict(os.environ)
    assert run_command() == code
    assert dict(os.environ) == environment
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert len(captured.out.splitlines()) == (code == 0)


def test_a_process_of_its_own_says_no_more_than_that(kaggle: FakeKaggle, to: Path):
    result = Newscat()("data", "fetch", "--to", to)
    assert result.returncode == 1
    licence, message = result.stderr.splitlines()
    assert licence.startswith("licence")
    assert message.startswith(f"newscat: Kaggle sent 5,000 rows as {NAME}, and version 3 has 209,")
    assert result.stdout == ""


def test_a_count_reads_to_the_end(tmp_path: Path):
    file = tmp_path / "rows.json"
    file.write_bytes(ROW * 3 + b"\n" + ROW.rstrip())
    assert fetch.count_rows(file) == 4
