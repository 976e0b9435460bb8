"""One live line a component on the terminal; plain lines where the output is not a terminal."""

from __future__ import annotations

import logging
import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from components import progress

_SECONDS_BETWEEN_PLAIN_LINES = 15.0
_STYLES = {"done": "green", "cached": "cyan", "failed": "bold red", "running": "yellow"}


class RunDisplay:
    """Shows the components of a run as they start, report progress and finish.

    Use it as a context manager.

    Args:
        console: where to write.
    """

    def __init__(self, console: Console):
        self._console = console
        self._component, self._detail, self._started = "", "", 0.0
        self._last_plain_line = 0.0
        # Redirected, the log would come to the terminal, where it must not be.
        self._live = Live(
            get_renderable=self._render,
            console=console,
            refresh_per_second=4,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._handler = _ProgressHandler(self)

    def __enter__(self) -> RunDisplay:
        progress.logger.addHandler(self._handler)
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._component:
            failed = error_type is not None and issubclass(error_type, Exception)
            self.finish("failed" if failed else "stopped", "")
        if self._console.is_terminal:
            self._live.stop()
        progress.logger.removeHandler(self._handler)

    def start(self, component: str) -> None:
        """A component starts."""
        self._component, self._detail, self._started = component, "", time.monotonic()
        self._last_plain_line = 0.0

    def tell(self, detail: str) -> None:
        """The running component says how far it is."""
        self._detail = detail
        now = time.monotonic()
        plain = not self._console.is_terminal
        if plain and now - self._last_plain_line > _SECONDS_BETWEEN_PLAIN_LINES:
            self._last_plain_line = now
            self._console.print(self._line("running", detail))

    def finish(self, state: str, detail: str) -> None:
        """The running component ended; its line stays."""
        self._console.print(self._line(state, detail))
        self._component = ""

    def _render(self) -> Table | Text:
        return self._line("running", self._detail) if self._component else Text("")

    def _line(self, state: str, detail: str) -> Table:
        line = Table.grid(padding=(0, 1))
        for width in (8, 18, 7):
            line.add_column(min_width=width, no_wrap=True)
        line.add_column(overflow="fold")
        seconds = f"{time.monotonic() - self._started:.0f} s".rjust(7)
        line.add_row(Text(state, style=_STYLES.get(state, "")), self._component, seconds, detail)
        return line


class _ProgressHandler(logging.Handler):
    def __init__(self, display: RunDisplay):
        super().__init__(logging.INFO)
        self._display = display

    def emit(self, record: logging.LogRecord) -> None:
        self._display.tell(record.getMessage())
