"""The one kind of console that commands write to: text is data, never markup nor control codes."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.status import Status
from rich.text import Text

from components.printable import printable

_PLAIN_TABLE_WIDTH = 160


class PlainConsole(Console):
    """Shows strings, those in tables included, as they are, and spells out what steers a terminal.

    Args:
        arguments: see `rich.console.Console`.
    """

    def __init__(self, **arguments: Any):
        super().__init__(markup=False, emoji=False, highlight=False, **arguments)

    def render_str(self, text: str, **arguments: Any) -> Text:
        """What becomes of every string; only the line breaks stay."""
        lines = map(printable, text.split("\n"))
        return super().render_str("\n".join(lines), **arguments)

    def status(self, status: RenderableType, **arguments: Any) -> Status:
        """As Console does, whose spinner would read markup in a string."""
        shown = self.render_str(status) if isinstance(status, str) else status
        return super().status(shown, **arguments)


def line_console(file: TextIO | None = None) -> PlainConsole:
    """A console for lines, which are not broken where it is no terminal.

    Args:
        file: to write to; standard output by default.
    """
    file = file or sys.stdout
    return PlainConsole(file=file, width=None if file.isatty() else 10_000)


def table_console() -> PlainConsole:
    """Standard output, for tables; a file or a pipe has no width to fit into, and gets one."""
    return PlainConsole(width=None if sys.stdout.isatty() else _PLAIN_TABLE_WIDTH)


def progress_console() -> PlainConsole:
    """Standard error, for the progress of commands whose standard output is the result."""
    return line_console(sys.stderr)
