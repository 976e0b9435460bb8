"""A run that is killed in the middle of an epoch, and the same command again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.support.project import SMALL, FinishedRun, Project

pytestmark = pytest.mark.end_to_end

# After every update: another run to the cache of the Trainer, and the same to what it trains.
INTERRUPTED = {**SMALL, "trainer.checkpoint_minutes": 1e-9}


def finish(process: subprocess.Popen[str]) -> str:
    text, errors = process.communicate(timeout=600)
    assert process.returncode == 0, text + errors
    return text


def read_weights(version: Path) -> dict[str, np.ndarray]:
    reader = tf.train.load_checkpoint(str(version / "variables" / "variables"))
    return {
        name: reader.get_tensor(name)
        for name, kind in reader.get_variable_to_dtype_map().items()
        if kind == tf.float32
    }


def end_in_the_second_epoch(project: Project, number: signal.Signals) -> tuple[int, str]:
    """Sends a signal, and returns the exit code and what standard error had."""
    process = project.start(INTERRUPTED)
    deadline = time.monotonic() + 300
    checkpoints = "artifacts/Trainer/model_run/*/checkpoints"
    # A checkpoint's number is that of its update; an epoch of 540 rows has 17 or 18.
    while not list(project.output.glob(f"{checkpoints}/ckpt-2[2-9].index")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "no checkpoint appeared"
        time.sleep(0.02)
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


@pytest.mark.parametrize(
    ("number", "end"),
    [
        (signal.SIGKILL, (-signal.SIGKILL, "")),
        (signal.SIGTERM, (143, "newscat: terminated (SIGTERM)\n")),
    ],
)
def test_a_killed_run_goes_on_and_ends_with_the_same_weights(
    project: Project, first_run: FinishedRun, number: signal.Signals, end: tuple[int, str]
):
    # The first run is the whole one, and has cached rows and graph.
    project.go_back_to(first_run)
    (whole_version,) = first_run.versions
    # And not the warm one's shim.
    assert end_in_the_second_epoch(project.with_fresh_interpreter(), number) == end
    assert project.versions() == {whole_version}

    text = finish(project.start(INTERRUPTED))
    assert "goes on from epoch 2" in text
    (resumed_version,) = project.versions() - {whole_version}
    serving = project.output / "serving"
    whole, resumed = read_weights(serving / whole_version), read_weights(serving / resumed_version)
    assert whole.keys() == resumed.keys()
    # Two processes round differently: Adam makes steps of 1e-6 of the noise that is the gradient of
    # the keys' biases. Within one process test_training.py holds a resumed run to 1e-6.
    for name, value in whole.items():
        np.testing.assert_allclose(resumed[name], value, atol=1e-5, err_msg=name)
    assert not list(project.output.glob("artifacts/Trainer/model_run/*/checkpoints"))
