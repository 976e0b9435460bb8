"""A file that shows on the terminal how much of it has been read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

import rich.progress
from rich.console import Console
from rich.markup import escape

from components.errors import file_error
from components.printable import printable
from pipeline.terminal.console import progress_console


def open_shown(
    file: Path, console: Console, transient: bool = False
) -> AbstractContextManager[BinaryIO]:
    """Opens a file to read, with a progress bar where there is a terminal.

    Args:
        file: to read.
        console: that shows the bar.
        transient: whether the bar goes when the file is closed.

    Raises:
        OSError: the file cannot be read.
    """
    if not console.is_interactive:  # even a disabled bar ends with an empty line in a log
        return file.open("rb")
    name = escape(printable(file.name))  # a description is markup, whatever the console's rule
    return rich.progress.open(file, "rb", description=name, console=console, transient=transient)


@contextmanager
def open_with_progress(file: Path) -> Iterator[BinaryIO]:
    """Opens the file of `--file`, with a progress bar on standard error.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        with open_shown(file, progress_console()) as stream:
            yield stream
    except OSError as error:
        if error.filename != str(file):
            raise
        raise file_error(f"--file: cannot read {file}", error) from error
