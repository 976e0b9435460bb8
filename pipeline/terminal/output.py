"""Where a command writes its result: standard output, or a file that appears when complete."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from components.errors import SettingsError, UserError


def prepare_standard_output(for_people: bool) -> TextIO:
    """Standard output: in UTF-8 for machines; for people what their terminal lacks is spelt out."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if for_people:
            sys.stdout.reconfigure(errors="backslashreplace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout


@contextmanager
def open_result_file(to: Path) -> Iterator[TextIO]:
    """Opens the file of `--to`, in UTF-8; it appears when all is written.

    Raises:
        SettingsError: it cannot be such a file.
        UserError: writing failed, on a full disk say.
    """
    target = to.resolve()
    if target.exists() and not target.is_file():
        raise SettingsError(f"--to: {to} is there, and is no file that could be replaced")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        stream = temporary.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise SettingsError(f"--to: cannot write {to}: {error.strerror}") from error
    try:
        with stream:
            yield stream
        temporary.replace(target)
    except OSError as error:
        raise UserError(f"--to: cannot write {to}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
