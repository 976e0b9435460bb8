"""What the benchmarks compare: processes that answer rounds in turn, and how results are shown."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Side:
    """A process that prints one JSON object when it is ready, and one for every round.

    Attributes:
        name: for the table.
        ready: what it printed when it was ready.
        rounds: what it printed for each round.
    """

    def __init__(self, name: str, command: Sequence[str | Path], **environment: str):
        self.name = name
        self._process = subprocess.Popen(
            [*map(str, command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.ready = self._read()
        self.rounds: list[dict[str, Any]] = []

    def run_round(self) -> None:
        """Runs one round and keeps what it measured."""
        assert self._process.stdin
        self._process.stdin.write("round\n")
        self._process.stdin.flush()
        self.rounds.append(self._read())

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit(f"{self.name} ended early, with exit code {self._process.wait()}")


def show(values: Sequence[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.4g} ({min(values):.4g} to {max(values):.4g})"
