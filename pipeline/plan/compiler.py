"""Runs the TPU compiler on a lowered step, in a process of its own that can be interrupted."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from components import progress
from pipeline.plan.chips import Topology
from pipeline.plan.outcome import Outcome, read_outcome

_SCRIPT = Path(__file__).with_name("compile_for_tpu.py")
_SECONDS_BETWEEN_REPORTS = 60.0
# Without these libtpu asks the cloud for a TPU of this machine, and logs below /tmp.
_NO_TPU_HERE = {"TPU_SKIP_MDS_QUERY": "1", "TPU_LOG_DIR": "disabled"}


def compile_for_tpu(python: Path, hlo: bytes, topology: Topology) -> Outcome:
    """Compiles a step; takes minutes.

    Args:
        python: interpreter of the compiler's environment.
        hlo: serialised HloModuleProto of one replica's step.
        topology: to compile for.
    """
    with tempfile.TemporaryDirectory() as scratch:
        step, result = Path(scratch) / "step.hlo", Path(scratch) / "result.json"
        step.write_bytes(hlo)
        process = subprocess.Popen(
            [python, _SCRIPT, step, topology.name, result],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **_NO_TPU_HERE},
        )
        try:
            while process.poll() is None:
                progress.tell(f"compiling for {topology.name}")
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_SECONDS_BETWEEN_REPORTS)
        finally:
            # The compiler does not hear of Ctrl-C before it is done.
            process.kill()
            process.wait()
        if not result.exists():
            return Outcome("error", reason=f"the compiler ended with status {process.returncode}")
        return read_outcome(json.loads(result.read_text("utf-8")))
