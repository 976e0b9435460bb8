"""The file of `--file`: refused at once where it holds no rows, bad ones named harmlessly."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from components.errors import DataError, SettingsError
from pipeline.cli.file_rows import named_rows, open_rows


@pytest.mark.parametrize("name", [".", "missing.json", "rows.json/below.json"])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str):
    (tmp_path / "rows.json").write_bytes(b"{}\n")
    with (
        pytest.raises(SettingsError, match="--file: cannot read"),
        open_rows(tmp_path / name),
    ):
        pass


def test_the_beginning_is_read_at_once(tmp_path: Path):
    (tmp_path / "rows.json.zst").write_bytes(b'{"headline": "A"}\n')
    with (
        pytest.raises(DataError, match="holds no Zstandard data"),
        open_rows(tmp_path / "rows.json.zst"),
    ):
        pytest.fail("it was opened")


def test_a_pipe_is_read(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b'{"headline": "A"}\n',))
    writer.start()
    with open_rows(pipe) as lines:
        assert [row.article["headline"] for row in named_rows(lines, pipe, ("headline",))] == ["A"]
    writer.join()


def test_the_name_of_a_file_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "\x1b[2J.json"
    file.write_bytes(b'{"headline": "A"}\nno row\n')
    with open_rows(file) as lines:
        assert len(list(named_rows(lines, file, ("headline",)))) == 2
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert r"\u001b[2J.json:2: not JSON" in told


@pytest.mark.parametrize(
    ("name", "contents", "lines"),
    [
        ("rows.json", b'[{"headline": "A"},\n\n3, {"headline": "B"}]', [1, 3, 3]),
        ("rows.csv", b'headline,id\n"A\n",1\nC\nB,2\n', [2, 4, 5]),
    ],
)
def test_rows_of_any_kind_have_the_line_they_begin_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, contents: bytes, lines: list[int]
):
    file = tmp_path / name
    file.write_bytes(contents)
    with open_rows(file) as raw_rows:
        rows = list(named_rows(raw_rows, file, ("headline",)))
    assert [row.line for row in rows] == lines
    assert [row.article["headline"].strip() for row in rows if not row.error] == ["A", "B"]
    assert f"{name}:{lines[1]}: " in capsys.readouterr().err


def test_a_file_without_rows_is_refused_with_the_option(tmp_path: Path):
    (tmp_path / "rows.csv").write_bytes(b"headline\n")
    with (
        pytest.raises(SettingsError, match=r"^--file: .*rows\.csv: has no row, there is nothing"),
        open_rows(tmp_path / "rows.csv"),
    ):
        pytest.fail("it was opened")


def test_rows_of_other_fields_say_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "rows.json"
    file.write_bytes(b'{"title": "A", "text": "B"}\n')
    with (
        pytest.raises(SettingsError, match="none of the 1 rows"),
        open_rows(file) as rows,
    ):
        list(named_rows(rows, file, ("headline",)))
    assert "no text: headline is empty; its fields are: title, text" in capsys.readouterr().err
