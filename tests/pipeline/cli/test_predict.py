"""`newscat predict` on files and texts: what is written where, joined to its lines, or refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.errors import DataError, FailureError, SettingsError
from pipeline.cli.predict import predict
from pipeline.settings import REPOSITORY

ROWS = [
    b'\xef\xbb\xbf{"headline": "Senate \xc3\x9cber", "category": 3, "date": 1526256000000}\r\n',
    b"{broken\x1b[2J\r\n",
    b"\r\n",
    b'{"headline": "=beach", "short_description": null}\n',
    b'{"headline": 0}\n',
    b'{"headline": "", "short_description": "match"}',
]
FIRST = {"line": 1, "headline": "Senate Über"}


@pytest.fixture(scope="module")
def model(tiny_export: Path) -> str:
    return str(tiny_export)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.json"
    path.write_bytes(b"".join(ROWS))
    return path


def objects(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "OUT.JSON"])
def test_json_lines_carry_the_line_of_the_input(model: str, file: Path, name: str):
    to = file.with_name(name)
    predict(model=model, file=file, to=to)
    first, second, third = objects(to.read_text("utf-8"))
    likeliest = [row["predictions"][0]["category"] for row in (first, second, third)]
    assert [row["line"] for row in (first, second, third)] == [1, 4, 6]
    assert likeliest == ["POLITICS", "TRAVEL", "SPORTS"]
    assert {**first, **FIRST} == first


def test_bad_rows_can_be_kept_in_their_place(
    model: str, file: Path, capsys: pytest.CaptureFixture[str]
):
    predict(model=model, file=file, as_json=True, keep_bad_rows=True)
    captured = capsys.readouterr()
    rows = objects(captured.out)
    assert [row["line"] for row in rows] == [1, 2, 4, 5, 6]
    assert ["error" in row for row in rows] == [False, True, False, True, False]
    assert rows[3] == {"line": 5, "error": "field 'headline' is not a string"}
    assert f"{file}:5: field 'headline' is not a string\n" in captured.err
    assert f"{file}: 2 of 5 rows are bad" in captured.err
    assert "\x1b" not in captured.err + captured.out


def test_a_table_has_the_line_first_and_the_error_last(model: str, file: Path):
    to = file.with_name("out.csv")
    predict(model=model, file=file, to=to, keep_bad_rows=True)
    with to.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert (header[0], header[-1]) == ("line", "error")
    assert [row[0] for row in rows] == ["1", "2", "4", "5", "6"]
    assert rows[2][1] == "'=beach"


def test_the_model_that_answered_is_named_and_a_newer_incomplete_one_as_well(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    shutil.copytree(model, tmp_path / "7")
    (tmp_path / "8").mkdir()
    predict(["senate"], model=str(tmp_path), as_json=True)
    captured = capsys.readouterr()
    assert objects(captured.out)[0]["predictions"][0]["category"] == "POLITICS"
    told = captured.err.splitlines()
    assert told[0] == f"model     {tmp_path}/8 is incomplete, and passed over"
    assert told[-1] == f"model     {tmp_path}/7"


def test_compressed_rows_are_answered(model: str, tmp_path: Path):
    file, to = tmp_path / "rows.json.gz", tmp_path / "out.json"
    file.write_bytes(gzip.compress(b"".join(ROWS)))
    predict(model=model, file=file, to=to)
    assert [row["line"] for row in objects(to.read_text("utf-8"))] == [1, 4, 6]


def test_standard_input_is_read(
    model: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"".join(ROWS))))
    predict(model=model, file=Path("-"), as_json=True)
    captured = capsys.readouterr()
    assert [row["line"] for row in objects(captured.out)] == [1, 4, 6]
    assert "standard input:2: not JSON" in captured.err


@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.txt", "out"])
@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"{}\n[1]\n", "none of the 2 rows of .* can be used"),
        (b"", "has no row"),
        (b"\n \n\xef\xbb\xbf", "none of the 1 rows"),
    ],
)
def test_a_file_without_a_usable_row_is_no_success(
    model: str, file: Path, name: str, contents: bytes, reason: str
):
    file.write_bytes(contents)
    with pytest.raises(SettingsError, match=f"--file: .*{reason}"):
        predict(model=model, file=file, to=file.with_name(name))
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_breaks_off_leaves_no_result(model: str, tmp_path: Path):
    file, to = tmp_path / "rows.json.gz", tmp_path / "out.json"
    file.write_bytes(gzip.compress(os.urandom(64).hex().join(['{"headline": "', '"}\n']).encode()))
    whole = file.read_bytes() * 1_000
    file.write_bytes(whole[:-5])
    to.write_text("of an earlier run")
    with pytest.raises(DataError, match="is cut off"):
        predict(model=model, file=file, to=to)
    assert to.read_text() == "of an earlier run"
    assert sorted(tmp_path.iterdir()) == [to, file]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interrupted_run_leaves_no_result(
    model: str, file: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
):
    def fail(rows: Iterator, stream: io.TextIOBase, *args: object, **kwargs: object) -> None:
        stream.write("half of it")
        raise error

    monkeypatch.setattr("pipeline.cli.predict.write_predictions", fail)
    with pytest.raises((KeyboardInterrupt, FailureError)):
        predict(model=model, file=file, to=file.with_name("out.csv"))
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"to": "out.csv", "as_json": True}, r"ends in \.csv, and --json asks for another"),
        ({"to": "out.json", "as_csv": True}, r"ends in \.json, and --csv asks"),
        ({"to": "out.txt", "as_csv": True}, r"ends in \.txt, and --csv asks"),
        ({"to": "out.csv.gz", "as_csv": True}, r"ends in \.gz"),
        ({"to": "out.parquet"}, r"ends in \.parquet"),
        ({"to": "rows.json"}, "is the file that --file reads"),
        ({"to": "link.json"}, "is the file that --file reads"),
        ({"to": "folder"}, "is no file that could be replaced"),
        ({"to": "missing/out.csv"}, "cannot write .*missing/out.csv: No such file"),
        ({"to": "rows.json/out.csv"}, "cannot write .*: Not a directory"),
        ({"to": "x" * 300 + ".csv"}, "cannot write .*: File name too long"),
        ({"keep_bad_rows": True}, "--keep-bad-rows goes with"),
        ({"to": "out.csv", "explain_tokens": True}, "--explain-tokens goes with"),
    ],
)
def test_what_contradicts_itself_is_refused_before_the_model_is_loaded(
    file: Path, options: dict, reason: str
):
    (file.parent / "folder").mkdir()
    (file.parent / "link.json").symlink_to(file)
    before = sorted(file.parent.rglob("*"))
    if "to" in options:
        options = {**options, "to": file.parent / options["to"]}
    with pytest.raises(SettingsError, match=reason):
        predict(model="/no/model", file=file, **options)
    assert sorted(file.parent.rglob("*")) == before
    assert file.read_bytes() == b"".join(ROWS)


def test_a_result_goes_where_a_link_points(model: str, file: Path):
    (file.parent / "folder").mkdir()
    real, link = file.parent / "folder" / "real.csv", file.parent / "link.csv"
    real.write_text("of an earlier run")
    link.symlink_to(real)
    predict(model=model, file=file, to=link)
    assert link.is_symlink()
    assert real.read_text("utf-8").startswith('"line"')
    assert sorted(real.parent.iterdir()) == [real]


def test_a_device_is_not_replaced(model: str, file: Path):
    with pytest.raises(SettingsError, match="no file that could be replaced"):
        predict(model=model, file=file, to=Path("/dev/null"))
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("text", ["", " \t"])
def test_a_blank_text_is_refused(text: str):
    with pytest.raises(SettingsError, match="no text"):
        predict([text], model="/no/model")


def test_half_a_surrogate_pair_as_an_argument_is_refused():
    with pytest.raises(SettingsError, match=r"'half \\udce9' is not UTF-8"):
        predict(["half \udce9"], model="/no/model")


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **settings}
    command = [sys.executable, "-m", "pipeline.cli.main", "predict", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=False)


ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}


@pytest.mark.parametrize(
    ("option", "read"),
    [
        ("--json", lambda text: json.loads(text.decode("utf-8").splitlines()[0])["headline"]),
        ("--csv", lambda text: text.decode("utf-8").splitlines()[1].split(",")[1].strip('"')),
        ("--explain-tokens", None),
    ],
)
def test_an_output_that_is_not_utf_8(
    model: str, file: Path, option: str, read: Callable[[bytes], str] | None
):
    arguments = [option] if read else []
    result = run("--model", model, "--file", str(file), *arguments, **ASCII)
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr
    if read:
        assert read(result.stdout) == "Senate Über"
    else:
        assert result.stdout.startswith(rb"Senate \xdcber")


def test_an_output_that_is_full_is_one_sentence(model: str, file: Path):
    command = [sys.executable, "-m", "pipeline.cli.main", "predict", "--model", model]
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [*command, "--file", str(file)],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.decode().splitlines()[-1].startswith("newscat: standard output: cannot")
    assert b"Traceback" not in result.stderr
