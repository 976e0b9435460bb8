"""One table of exit codes: the README and `--help` show it, and every way to end is in it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from components import errors
from pipeline.cli import exit_codes, main
from pipeline.settings import REPOSITORY
from tests.support.newscat import Newscat

newscat = Newscat()
# Commands that wait in the middle of their work, as training does, with something to put away.
WAITING = """
import sys, tempfile, time
from pipeline.cli import main

def wait():
    with tempfile.TemporaryDirectory(dir=sys.argv[1]):
        print("begun", flush=True)
        time.sleep(60)

main.app = lambda **options: wait()
main.main()
"""


@pytest.fixture(autouse=True)
def details(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the details of unforeseen failures are kept."""
    folder = tmp_path_factory.mktemp("details")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def end_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    def command(**options: object) -> None:
        raise error

    monkeypatch.setattr(main, "app", command)
    return main.run_command()


def test_the_readme_shows_the_table():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    _, _, table = readme.partition("| exit code | meaning |\n")
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", table.partition("\n\n")[0], re.MULTILINE)
    assert {int(code): meaning for code, meaning in rows} == exit_codes.MEANINGS


@pytest.mark.parametrize("command", [[], ["run"], ["data", "copy"]])
def test_help_shows_the_table(command: list[str]):
    result = newscat(*command, "--help")
    shown = " ".join(result.stdout.split())
    for code, meaning in exit_codes.MEANINGS.items():
        assert f"{code}: {meaning}" in shown


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SettingsError("x"), 2),
        (errors.CheckpointError("x"), 2),
        (errors.DataError("x"), 2),
        (errors.UserError("x"), 2),
        (errors.DataRefusedError("x"), 4),
        (errors.FailureError("x"), 1),
        (RuntimeError("x"), 1),
        (OSError(28, "x"), 1),
        (OSError(36, "File name too long", "x" * 300), 2),
        (RecursionError("x"), 1),
        (MemoryError("x"), 1),
        (KeyboardInterrupt(), 130),
        (SystemExit(143), 143),
    ],
)
def test_whose_fault_an_error_is_decides_the_code(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
):
    monkeypatch.setattr(main, "_drop_output", lambda: None)
    assert end_with(monkeypatch, error) == code
    message = capfd.readouterr().err
    assert "Traceback" not in message
    assert len(message.splitlines()) == (code < 100)


def test_details_of_the_unforeseen_are_in_a_file_that_the_message_names(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], details: Path
):
    end_with(monkeypatch, ValueError("several\nlines, the last of which tells"))
    (file,) = details.iterdir()
    message = capfd.readouterr().err
    assert message == f"newscat: ValueError: lines, the last of which tells (all of it in {file})\n"
    assert "Traceback" in file.read_text(encoding="utf-8")


def test_the_user_s_mistake_is_found_behind_what_a_library_made_of_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    wrapped = RuntimeError("in some step")
    wrapped.__cause__ = errors.DataError("rows.json:3: not JSON")
    assert end_with(monkeypatch, wrapped) == 2
    assert capfd.readouterr().err == "newscat: rows.json:3: not JSON\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_command_puts_its_work_away(
    tmp_path: Path, number: signal.Signals, code: int
):
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "begun\n"
    process.send_signal(number)
    begun = time.monotonic()
    _, message = process.communicate(timeout=30)
    assert time.monotonic() - begun < 10
    assert process.returncode == code
    assert message == f"newscat: {exit_codes.MEANINGS[code]}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_second_interrupt_changes_nothing(tmp_path: Path):
    slow_end = "import atexit, time\natexit.register(time.sleep, 1)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", slow_end + WAITING, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    assert process.stderr and process.stderr.readline().startswith("newscat: interrupted")
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=30)
    assert (process.returncode, message) == (130, "")


@pytest.mark.parametrize(
    ("ending", "message"),
    [
        (">/dev/full", "No space left on device"),
        (">&-", "standard output or standard error is closed"),
    ],
)
def test_output_that_cannot_be_written_is_no_success(ending: str, message: str):
    command = f"{sys.executable} -m pipeline.cli.main --help {ending}"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr


def test_one_value_is_not_taken_for_another_that_was_given_as_well(tmp_path: Path):
    for option in ("--profile", "--output", "--checkpoint"):
        result = newscat("run", option, "a", f"{option}=b")
        assert result.returncode == 2
        assert f"{option} is given 2 times" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    result = newscat("predict", "--model", tmp_path, "a", "--to", "b", "--to", "c")
    assert "--to is given 2 times" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("submit", "--cancel", ""),
        ("submit", "--schedule="),
        ("run", "--data", ""),
        ("run", "--set", "trainer.epochs=1", "--set", ""),
    ],
)
def test_a_variable_that_is_not_set_is_no_value(arguments: tuple[str, ...]):
    result = newscat(*arguments)
    assert result.returncode == 2
    assert " is given an empty value" in result.stderr


def test_a_terminal_that_lacks_characters_gets_them_spelt_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = newscat("settings", "gate")
    assert result.returncode == 0, result.stderr
    assert "\\u2265 0" in result.stdout
