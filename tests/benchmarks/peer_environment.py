"""Makes `.venv-peer`, the environment of the benchmarks' PyTorch side, apart from the project's.

    python tests/benchmarks/peer_environment.py

It is made once and kept. PyTorch's build is whatever the package index gives; on a machine without
a GPU ask for a CPU build first if yours offers one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".venv-peer"
PYTHON = FOLDER / "bin" / "python"
# The same transformers as the project's: the peer differs in its framework alone.
PACKAGES = ("torch==2.13.0", "transformers==4.53.0", "accelerate")


def peer_python() -> Path:
    """The interpreter of the peer environment, which is made if it is not there."""
    if not (FOLDER / "complete").exists():
        base = shutil.which("python3.11") or sys.executable
        print(f"making {FOLDER} with {base}", file=sys.stderr)
        subprocess.run([base, "-m", "venv", "--clear", FOLDER], check=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (FOLDER / "complete").touch()
    return PYTHON


if __name__ == "__main__":
    print(peer_python())
