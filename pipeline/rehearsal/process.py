"""Runs a container's command on this machine, away from the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from components import errors
from pipeline.rehearsal.job import Command

_INPUT = "{{$}}"
# What a container would get as it stands: Vertex fills in nothing else in this place, and the
# text of a placeholder object is what an f-string makes of it.
_LEFT_OVER = re.compile(r"\{\{.*?\}\}|<tfx\.[^>]*>|\w*[Pp]laceholder\w*\(")
_PYTHONS = ("python", "python3")
_LAUNCHER = Path(__file__).with_name("local_vertex.py")
_CLOUD = "tfx.extensions.google_cloud_ai_platform."


class TaskFailedError(errors.FailureError):
    """A task of the rehearsal failed; the message names it, its log and the reason."""


@dataclass(frozen=True)
class Container:
    """What stands in for the image.

    Attributes:
        python: interpreter with the locked environment.
        site: folder with the project's distribution.
    """

    python: str
    site: Path

    def environment(self) -> dict[str, str]:
        """Environment variables, as the Dockerfile sets them, and nothing of the caller's."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "PATH": os.pathsep.join([os.path.dirname(self.python), "/usr/bin", "/bin"]),
            "PYTHONPATH": str(self.site),
            "TF_USE_LEGACY_KERAS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }


def run_command(
    task: str, command: Command, executor_input: str, container: Container, log: Path
) -> None:
    """Runs a command in a fresh process and a fresh working directory.

    Args:
        task: for messages.
        command: of the compiled file.
        executor_input: JSON that replaces `{{$}}`.
        container: to run it in.
        log: to append both outputs to.

    Raises:
        TaskFailedError: an argument holds a placeholder that nothing fills in, or the command
            failed.
        UserError: it failed by a mistake of the user's, such as rows that cannot be used.
        DataRefusedError: it stopped the run.
    """
    _check_arguments(task, command, executor_input)
    arguments = [text.replace(_INPUT, executor_input) for text in command.arguments]
    with tempfile.TemporaryDirectory() as folder, log.open("ab") as output:
        result = subprocess.run(
            [*_interpret(command, container), *arguments],
            cwd=folder,
            env=container.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        reason = _reason(log.read_text(encoding="utf-8", errors="replace"))
        raise _error_of(reason)(f"task {task} failed: {reason} (log in {log})")


def _interpret(command: Command, container: Container) -> list[str]:
    """The entry point, run by the container's Python; cloud executors with jobs run here."""
    first, *rest = command.command
    if first not in _PYTHONS:
        return [first, *rest]
    if any(argument.startswith(_CLOUD) for argument in command.arguments):
        _, *module = rest  # -m
        return [container.python, str(_LAUNCHER), *module]
    return [container.python, *rest]


def _check_arguments(task: str, command: Command, executor_input: str) -> None:
    for text in [*command.command, *command.arguments, executor_input]:
        if match := _LEFT_OVER.search(text.replace(_INPUT, "")):
            raise TaskFailedError(
                f"task {task}: an argument holds {match[0]!r}, which nothing fills in; a "
                "placeholder cannot be part of an f-string"
            )


def _error_of(reason: str) -> type[errors.NewscatError]:
    """The class of the exception that a process ended with, where that says whose fault it is."""
    name = reason.partition(":")[0].removeprefix(f"{errors.__name__}.")
    found = getattr(errors, name, TaskFailedError)
    known = (errors.UserError, errors.DataRefusedError)
    return found if issubclass(found, known) else TaskFailedError


def _reason(log: str) -> str:
    """The last line of the last traceback, or of the log."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Interrupt)\b", line)]
    return (errors or lines or ["no message"])[-1]
