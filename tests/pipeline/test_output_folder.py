"""A folder that cannot be written to is refused at once, and trying leaves nothing behind."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from pathlib import Path

import pytest

from components.errors import FailureError, SettingsError
from pipeline.output_folder import check_output
from tests.support.newscat import Newscat

newscat = Newscat()


@pytest.mark.parametrize(
    "name", ["out", "a/b/c", "with space", "%s #1 é {x}", "新聞", "a" * 200, "there", "-x", "~"]
)
def test_a_folder_that_can_be_made_is_taken_and_not_made(tmp_path: Path, name: str):
    (tmp_path / "there").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert check_output(str(tmp_path / name)) == str(tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_path_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert check_output("a/../out") == str(tmp_path / "out")
    assert check_output("~/out") == str(tmp_path / "home" / "out")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("file", "file is there, and is no folder"),
        ("file/below", "file is there, and is no folder"),
        ("dangling", "dangling is there, and is no folder"),
        ("loop/below", "loop is there, and is no folder"),
        ("used", "used/artifacts is there, and is no folder"),
        ("a" * 256, "cannot write to .*: File name too long"),
        ("é" * 128, "cannot write to .*: File name too long"),
        ("a/" * 300, "is longer than 480 bytes"),
        ("run[1]", r"has \[, which TFX would take for a pattern"),
        ("a*?", r"has \* \?, which TFX"),
        ("back\\slash", r"has \\, which TFX"),
        ("new\nline", "has control characters"),
        ("\x1b[2J", "has control characters"),
        ("half \udcff", "has control characters"),
    ],
    ids=lambda text: text[:12],
)
def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(
    tmp_path: Path, name: str, message: str
):
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "artifacts").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"^output: .*{message}"):
        check_output(str(tmp_path / name))


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("/proc/x", "cannot write to /proc/x: No such file"),
        ("/dev/null", "/dev/null is there, and is no folder"),
        ("gs://bucket/x", "is remote"),
    ],
)
def test_a_place_that_is_no_disk_is_refused(output: str, message: str):
    with pytest.raises(SettingsError, match=message):
        check_output(output)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_others_is_refused(tmp_path: Path):
    (tmp_path / "closed").mkdir(mode=0o500)
    for name in ("closed", "closed/new"):
        with pytest.raises(SettingsError, match="is not yours to write to|cannot write to"):
            check_output(str(tmp_path / name))


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, FailureError),
        (errno.EIO, FailureError),
        (errno.EACCES, SettingsError),
        (errno.EROFS, SettingsError),
    ],
)
def test_a_full_disk_is_a_fault_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
):
    def fail(**arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "TemporaryDirectory", fail)
    with pytest.raises(error, match=os.strerror(number)):
        check_output(str(tmp_path / "out"))


def test_a_database_of_others_is_not_written_to(tmp_path: Path):
    database = tmp_path / "metadata.db"
    database.write_bytes(b"my notes")
    with pytest.raises(SettingsError, match="metadata.db: is no database of runs"):
        check_output(str(tmp_path))
    result = newscat("runs", "--output", tmp_path)
    assert result.returncode == 2 and "is no database of runs" in result.stderr
    for kept in (b"", b"SQLite format 3\0 and more"):
        database.write_bytes(kept)
        assert check_output(str(tmp_path)) == str(tmp_path)


def test_every_command_that_writes_there_looks_first(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    commands: list[list[object]] = [
        ["run", "--output", file],
        ["plan", "--set", f"output={file}"],
        ["rehearse", file, "--data", file, "--checkpoint", tmp_path, "--output", file],
    ]
    for command in commands:
        started = time.monotonic()
        result = newscat(*command)
        assert result.returncode == 2, result.stderr
        assert f"output: {file} is there, and is no folder" in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert time.monotonic() - started < 20
