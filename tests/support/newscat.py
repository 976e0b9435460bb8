"""Runs the command line as a user does, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pipeline.settings import REPOSITORY

Settings = Mapping[str, object]
_SECONDS = 1_800
_NONE: Settings = MappingProxyType({})


@dataclass(frozen=True)
class Newscat:
    """The command line of a checkout; call it with a command's arguments.

    Attributes:
        python: to run it with: a fresh interpreter, or the warm one's shim.
        root: folder of the checkout, and working directory.
    """

    python: str = sys.executable
    root: Path = REPOSITORY

    def __call__(
        self, *arguments: object, settings: Settings = _NONE
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end; `settings` are given by --set."""
        with self.start(*arguments, settings=settings) as process:
            try:
                output, errors = process.communicate(timeout=_SECONDS)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def start(self, *arguments: object, settings: Settings = _NONE) -> subprocess.Popen[str]:
        """Starts a command; both of its outputs are pipes."""
        given = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        return subprocess.Popen(
            [self.python, "-m", "pipeline.cli.main", *map(str, arguments), *given],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
