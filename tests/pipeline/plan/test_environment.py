"""The compiler's environment: made once, for one process at a time, or an error that helps."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

import pytest

from components import progress
from components.errors import FailureError
from pipeline.plan import environment
from pipeline.plan.environment import LOCK, compiler_python

NOTES_CALLS = '#!/bin/sh\necho "$@" >>"$UV_CALLS"\n'


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in for uv writes how it was called; the cache is below `tmp_path`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def pretend_uv(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    uv = folder / "uv"
    uv.write_text(script, "utf-8")
    uv.chmod(0o755)
    monkeypatch.setattr(environment, "_find_uv", lambda: str(uv))


def test_it_is_made_once_from_the_lock(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pretend_uv(tmp_path, monkeypatch, NOTES_CALLS + '[ "$1" = pip ] || mkdir -p "$5"\n')
    for _ in range(2):
        with compiler_python() as python:
            assert python.is_relative_to(tmp_path / "cache")
    venv, install = calls.read_text("utf-8").splitlines()
    assert venv.startswith("venv") and ">=3.11" in venv
    assert install.endswith(f"--require-hashes -r {LOCK}")


def test_every_package_of_the_lock_has_its_hash():
    text = LOCK.read_text("utf-8")
    packages = [line for line in text.splitlines() if "==" in line]
    assert {line.partition("==")[0] for line in packages} >= {"jax", "jaxlib", "libtpu"}
    assert all(line.endswith("\\") for line in packages)
    assert "://" not in text


@pytest.mark.parametrize(("step", "message"), [("venv", "needs a Python"), ("pip", "could not")])
def test_what_uv_cannot_do_is_an_error_with_its_reason(
    step: str, message: str, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    script = f'{NOTES_CALLS}if [ "$1" = {step} ]; then echo "error: the reason" >&2; exit 2; fi\n'
    pretend_uv(tmp_path, monkeypatch, script)
    with pytest.raises(FailureError, match=rf"{message}.*the reason"), compiler_python():
        pass


def test_without_uv_the_error_says_how_to_get_it(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FailureError, match="pip install uv"), compiler_python():
        pass


def test_a_second_process_waits_and_says_so(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(environment, "make_environment", lambda folder: os.makedirs(folder))
    said, entered = threading.Event(), threading.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "waiting" in record.getMessage():
                said.set()

    def use() -> None:
        with compiler_python():
            entered.set()

    listener = Listener()
    progress.logger.addHandler(listener)
    second = threading.Thread(target=use)
    try:
        with compiler_python():
            second.start()
            assert said.wait(10)
            assert not entered.is_set()
        assert entered.wait(10)
    finally:
        second.join(10)
        progress.logger.removeHandler(listener)
