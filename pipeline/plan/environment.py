"""The TPU compiler's environment: jax and libtpu in a Python of their own, made on demand."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components import progress
from components.errors import FailureError

LOCK = Path(__file__).with_name("tpu-compiler.lock")
_PYTHONS = ">=3.11,<3.15"  # what the locked jax has wheels for


@contextmanager
def compiler_python() -> Iterator[Path]:
    """The interpreter of the environment, for the sole use of this process.

    Only one process at a time can hold libtpu, so another one's use is waited for.

    Raises:
        FailureError: the environment cannot be made here.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newscat"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "tpu-compiler.in-use").open("w") as handle:
        _wait_for(handle.fileno())
        # Named by what is in it, so that a new lock is a new environment.
        folder = cache / f"tpu-compiler-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
        if not (folder / "complete").exists():
            make_environment(folder)
            (folder / "complete").touch()
        yield folder / "bin" / "python"


def _wait_for(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        progress.tell("waiting for another newscat plan, which holds the TPU compiler")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def make_environment(folder: Path) -> None:
    """Makes a virtual environment at `folder` from the lock, with any Python that uv finds or gets.

    Raises:
        FailureError: there is no uv, no Python, or no package.
    """
    uv = _find_uv()
    progress.tell("making the TPU compiler's environment, 1.2 GB, once")
    _run(
        [uv, "venv", "--clear", "--python", _PYTHONS, str(folder)],
        f"needs a Python {_PYTHONS}, and uv neither found nor fetched one; install one, say with "
        "`pyenv install 3.12`",
    )
    python = str(folder / "bin" / "python")
    _run(
        [uv, "pip", "install", "--python", python, "--require-hashes", "-r", str(LOCK)],
        "could not install jax and libtpu, which exist for Linux on x86-64",
    )


def _find_uv() -> str:
    places = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    uv = shutil.which("uv", path=places)
    if uv is None:
        raise FailureError("newscat plan makes its TPU compiler with uv: `pip install uv` first")
    return uv


def _run(command: list[str], problem: str) -> None:
    result = subprocess.run(
        command, check=False, text=True, capture_output=True, env=_uv_environment()
    )
    print(" ".join(command), result.stdout, result.stderr, sep="\n", file=sys.stderr)
    if result.returncode:
        raise FailureError(f"newscat plan {problem} ({_last_line(result.stderr)})")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def _uv_environment() -> dict[str, str]:
    """This process's, with the package index that pip is set up for, as .ci/bootstrap does."""
    environment = dict(os.environ)
    if "UV_DEFAULT_INDEX" not in environment:
        asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
        configured = subprocess.run(asked, check=False, text=True, capture_output=True).stdout
        index = environment.get("PIP_INDEX_URL") or configured.strip()
        if index:
            environment["UV_DEFAULT_INDEX"] = index
    return environment
