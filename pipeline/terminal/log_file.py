"""Keeps TFX's and TensorFlow's thousands of log lines off the terminal, in a file."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from pipeline.layout import OutputLayout


@contextmanager
def output_to_file(path: str) -> Iterator[TextIO]:
    """Sends standard output and error of this process to a file, C++ code's included.

    Args:
        path: the log file; its folder is made.

    Yields:
        The standard output as it was before.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    terminal = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        yield terminal
    finally:
        with suppress(OSError):
            terminal.close()
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, kept in enumerate(saved, start=1):
            os.dup2(kept, descriptor)
            os.close(kept)
        os.close(log)


def new_log_file(output: str) -> str:
    """A path for the log of a command that writes below `output`."""
    name = f"{datetime.datetime.now():%Y-%m-%dT%H-%M-%S}-{os.getpid()}.log"
    return os.path.join(OutputLayout(output).logs, name)
