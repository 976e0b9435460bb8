"""The command line: exit codes and messages for wrong use, without loading TFX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main
from typer.testing import CliRunner

from pipeline.cli.main import app
from tests.support.newscat import Newscat

newscat = Newscat()


def walk(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and group below one."""
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from walk(command, (*path, name))


GROUP = typer.main.get_command(app)
assert isinstance(GROUP, click.Group)
COMMANDS = list(walk(GROUP))


def command_at(path: tuple[str, ...]) -> click.Command:
    command: click.Command = GROUP
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


def ask(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command line, in this process."""
    result = CliRunner().invoke(app, arguments, prog_name="newscat", env={"COLUMNS": "200"})
    return result.exit_code, re.sub("[─│╭╮╰╯]", "\n", result.output)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--set", "trainer.epoch=3"], "did you mean 'epochs'"),
        (["run", "--profile", "kaggle"], "give it with --data"),
        (["run", "--data", "missing.json"], "no file matches"),
        (["run", "--no-such-option"], "No such option"),
        (["predict", "headline"], "predict needs --model"),
        (["predict", "--model", "."], "predict takes HEADLINE"),
        (["predict", "--model", ".", "a", "b", "c"], "predict takes HEADLINE"),
        (["tokenize", "text"], "tokenize needs --checkpoint"),
        (["tokenize", "--checkpoint", "/none", "text"], "is not a folder"),
        (["runs", "--output", "none"], "no runs here"),
        (["explain", "--output", "none"], "no runs here"),
        (["report", "--output", "none"], "no runs here"),
    ],
)
def test_wrong_use_exits_with_2_and_says_what_is_wrong(arguments: list[str], message: str):
    result = newscat(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_model_folder_without_a_model_is_wrong_use(tmp_path: Path):
    result = newscat("predict", "--model", str(tmp_path), "headline")
    assert result.returncode == 2
    assert "no SavedModel" in result.stderr


def test_help_needs_no_tfx_and_names_the_commands():
    result = newscat("--help")
    assert result.returncode == 0
    for name, *more in COMMANDS:
        assert more or re.search(rf"^│ {name} ", result.stdout, re.MULTILINE), name


def test_the_commands_are_found_with_those_below_others():
    assert {("run",), ("compile",), ("checkpoint", "copy"), ("data", "copy")} <= set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_listed_described_and_refuses_what_it_does_not_know(path: tuple[str, ...]):
    *above, name = path
    description = (command_at(path).help or "").strip().partition("\n")[0]
    assert 10 <= len(description) <= 100 and description.endswith("."), "one line, one sentence"
    code, listed = ask(*above, "--help")
    assert code == 0
    assert re.search(rf"^\s*{name}\s+{re.escape(description)}", listed, re.MULTILINE), listed

    code, help_ = ask(*path, "--help")
    assert code == 0
    assert re.search(rf"Usage: newscat {' '.join(path)} ", help_)
    assert description in help_

    code, message = ask(*path, "--no-such-option")
    assert code == 2
    assert "No such option" in message
