"""A data file of this machine, opened only where it is one: a pipe would wait for a writer."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import BinaryIO

from components.errors import DataError

_OTHERS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder; name the files in it"),
    (stat.S_ISFIFO, "a named pipe; write what comes out of it to a file"),
    (stat.S_ISSOCK, "a socket; write what comes out of it to a file"),
    (lambda mode: True, "a device; copy what is on it to a file"),
)


def open_local(path: str | os.PathLike[str]) -> BinaryIO:
    """Opens a regular file for binary reading.

    Raises:
        DataError: it is something else.
        OSError: there is none, or it cannot be read.
    """
    check_regular(path)
    return open(path, "rb")


def check_regular(path: str | os.PathLike[str]) -> None:
    """Refuses what is there and no regular file.

    Raises:
        DataError: it is something else.
        OSError: there is none, or it cannot be looked at.
    """
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):
        what = next(what for is_one, what in _OTHERS if is_one(mode))
        raise DataError(f"{os.fspath(path)}: is {what}")
