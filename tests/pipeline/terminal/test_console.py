"""Text of others is shown as it is: it is neither markup, nor does it steer the terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.table import Table

from pipeline.settings import REPOSITORY
from pipeline.terminal.console import PlainConsole, line_console
from pipeline.terminal.display import RunDisplay
from pipeline.terminal.failures import say
from pipeline.terminal.progress_bar import open_shown

HOSTILE = ["[/b]", "[red]x[/red]", "<script>alert(1)</script>", "%s", "{x}", "=1+1", ":smile:"]
STEERING = "\x1b[2J\x1b]0;title\x07\x9b31m\r\x08"
SPELT_OUT = r"\u001b[2J\u001b]0;title\u0007\u009b31m\r\u0008"


def render(*objects: object, **options: object) -> str:
    file = io.StringIO()
    PlainConsole(file=file, width=200, **options).print(*objects)
    return file.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_as_it_is_wherever_it_stands(text: str):
    table = Table("a", text, title=text)
    table.add_row("b", text)
    assert render(text) == f"{text}\n"
    assert render(table).count(text) == 3
    assert render(table, force_terminal=True, color_system="truecolor").count(text) == 3


def test_nothing_steers_the_terminal_and_lines_of_our_own_stay():
    table = Table("a")
    table.add_row(STEERING)
    assert SPELT_OUT in render(table)
    assert render(f"one {STEERING}\ntwo") == f"one {SPELT_OUT}\ntwo\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_progress_shows_text_as_it_is(text: str, tmp_path: Path):
    terminal = io.StringIO()
    console = PlainConsole(file=terminal, force_terminal=True, width=200, color_system=None)
    with RunDisplay(console) as display:
        display.start(text)
        display.finish("done", f"{text} {STEERING}")
    assert terminal.getvalue().count(text) >= 2
    assert SPELT_OUT in terminal.getvalue()
    with console.status(f"about {text}"):
        pass
    assert f"about {text}" in terminal.getvalue()
    file = tmp_path / text.replace("/", "")
    file.write_text("x", encoding="utf-8")
    with open_shown(file, console) as stream:
        stream.read()
    assert file.name in terminal.getvalue()


def test_a_message_has_its_own_lines_and_no_escape_sequences(capfd: pytest.CaptureFixture[str]):
    assert say(f"rows.json:1: {STEERING}\n  [/b]", 2) == 2
    assert capfd.readouterr().err == f"newscat: rows.json:1: {SPELT_OUT}\n  [/b]\n"


def test_an_interrupted_component_has_not_failed():
    file = io.StringIO()
    with pytest.raises(KeyboardInterrupt), RunDisplay(line_console(file)) as display:
        display.start("Trainer")
        raise KeyboardInterrupt
    assert file.getvalue().startswith("stopped")


def test_no_other_console_is_made():
    sources = (REPOSITORY / "pipeline").rglob("*.py")
    made = [path for path in sources if re.search(r"\bConsole\(", path.read_text("utf-8"))]
    assert [path.name for path in made] == []
