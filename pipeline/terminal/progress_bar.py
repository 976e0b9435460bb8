"""A file that shows on the terminal how much of it has been read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import rich.progress
from rich.console import Console

from components.errors import SettingsError


@contextmanager
def open_with_progress(file: Path) -> Iterator[BinaryIO]:
    """Opens a file to read, with a progress bar on standard error where that is a terminal.

    Raises:
        SettingsError: the file cannot be read.
    """
    console = Console(stderr=True)
    try:
        with rich.progress.open(
            file, "rb", console=console, description=file.name, disable=not console.is_terminal
        ) as stream:
            yield stream
    except OSError as error:
        if error.filename != str(file):
            raise
        raise SettingsError(f"--file: cannot read {file}: {error.strerror}") from error
