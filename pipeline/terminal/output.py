"""Where a command writes its result: standard output, or a file that appears when complete."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

from components.errors import FailureError, SettingsError, file_error
from components.printable import printable


class _Terminal(io.TextIOBase):
    """A terminal, which no text steers, whatever its format lets through; line ends stay."""

    def __init__(self, terminal: TextIO):
        self._terminal = terminal

    def write(self, text: str) -> int:
        self._terminal.write("\n".join(map(printable, text.split("\n"))))
        return len(text)


@contextmanager
def open_standard_output(for_people: bool) -> Iterator[TextIO]:
    """Standard output: in UTF-8 for machines; for people what their terminal lacks is spelt out.

    Raises:
        FailureError: it cannot be written, to a full disk say.
    """
    if sys.stdout is None:
        raise FailureError("standard output: is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        if for_people:
            sys.stdout.reconfigure(errors="backslashreplace")
        elif codecs.lookup(sys.stdout.encoding).name != "utf-8":
            sys.stdout.reconfigure(encoding="utf-8")
    try:
        yield cast(TextIO, _Terminal(sys.stdout)) if sys.stdout.isatty() else sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # its reader has had enough
    except OSError as error:
        # What is still to be written must not fail a second time when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise FailureError(f"standard output: cannot be written: {error.strerror}") from error


@contextmanager
def open_result_file(to: Path, option: str = "--to") -> Iterator[TextIO]:
    """Opens the file of an option, in UTF-8; it appears when all is written.

    Args:
        to: the file.
        option: that names it, for messages.

    Raises:
        SettingsError: it cannot be such a file.
        FailureError: writing failed, on a full disk say.
    """
    if os.path.exists(to) and not os.path.isfile(to):
        raise SettingsError(f"{option}: {to} is there, and is no file that could be replaced")
    target = Path(os.path.realpath(to))
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        stream = temporary.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise file_error(f"{option}: cannot write {to}", error) from error
    try:
        with stream:
            yield stream
        temporary.replace(target)
    except OSError as error:
        raise FailureError(f"{option}: cannot write {to}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
