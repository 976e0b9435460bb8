"""The compiler's process, with shell scripts in the place of its Python."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from components import progress
from pipeline.plan import compiler
from pipeline.plan.chips import parse_topology
from pipeline.plan.compiler import compile_for_tpu
from pipeline.plan.outcome import Outcome

TOPOLOGY = parse_topology("v5e:2x2")


def script(folder: Path, *lines: str) -> Path:
    """Stands for `python compile_for_tpu.py STEP TOPOLOGY RESULT`, so $4 is the result."""
    file = folder / "python"
    file.write_text("\n".join(["#!/bin/sh", *lines]), "utf-8")
    file.chmod(0o755)
    return file


def test_the_result_file_is_read(tmp_path: Path):
    python = script(tmp_path, '[ "$3" = v5e:2x2 ] && [ "$(cat "$2")" = hlo ] || exit 1')
    with python.open("a", encoding="utf-8") as file:
        file.write('\necho \'{"flops": 8.0, "peak_bytes": 1073741824}\' >"$4"\n')
    assert compile_for_tpu(python, b"hlo", TOPOLOGY) == Outcome("yes", peak=1.0, flops=8.0)


def test_a_compiler_that_dies_is_an_outcome(tmp_path: Path):
    outcome = compile_for_tpu(script(tmp_path, "exit 9"), b"hlo", TOPOLOGY)
    assert (outcome.fits, outcome.reason) == ("error", "the compiler ended with status 9")


def test_an_interrupted_plan_leaves_no_compiler_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(compiler, "_SECONDS_BETWEEN_REPORTS", 0.1)
    pid_file = tmp_path / "pid"
    python = script(tmp_path, f"echo $$ >{pid_file}", "exec sleep 60")

    class Interrupter(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if pid_file.exists() and pid_file.read_text("utf-8").strip():
                raise KeyboardInterrupt

    interrupter = Interrupter()
    progress.logger.addHandler(interrupter)
    try:
        with pytest.raises(KeyboardInterrupt):
            compile_for_tpu(python, b"hlo", TOPOLOGY)
    finally:
        progress.logger.removeHandler(interrupter)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text("utf-8")), 0)
