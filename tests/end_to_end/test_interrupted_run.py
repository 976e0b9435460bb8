"""A run that is killed in the middle of an epoch, and the same command again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

pytestmark = pytest.mark.end_to_end

SETTINGS = {
    "demo.sample_rows": 600,
    "trainer.epochs": 3,
    "trainer.checkpoint_minutes": 1e-9,  # after every update
    "gate.min_top_1": 0.0,
    "gate.min_top_3": 0.0,
}


def start(output: Path) -> subprocess.Popen[str]:
    options = [part for key, value in SETTINGS.items() for part in ("--set", f"{key}={value}")]
    command = [sys.executable, "-m", "pipeline.cli.main", "run", "--output", str(output), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    text, _ = process.communicate(timeout=600)
    assert process.returncode == 0, text
    return text


def read_weights(output: Path) -> dict[str, np.ndarray]:
    (version,) = (output / "serving").iterdir()
    reader = tf.train.load_checkpoint(str(version / "variables" / "variables"))
    return {
        name: reader.get_tensor(name)
        for name, kind in reader.get_variable_to_dtype_map().items()
        if kind == tf.float32
    }


def kill_in_the_second_epoch(output: Path) -> None:
    process = start(output)
    deadline = time.monotonic() + 300
    # A checkpoint's number is that of its update; an epoch of 540 rows has 17 or 18.
    while not list(output.glob("artifacts/Trainer/model_run/*/checkpoints/ckpt-2[2-9].index")):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "no checkpoint appeared"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_killed_run_goes_on_and_ends_with_the_same_weights(tmp_path: Path):
    finish(start(tmp_path / "whole"))
    kill_in_the_second_epoch(tmp_path / "killed")
    assert not (tmp_path / "killed" / "serving").exists()

    text = finish(start(tmp_path / "killed"))
    assert "goes on from epoch 2" in text
    whole, resumed = read_weights(tmp_path / "whole"), read_weights(tmp_path / "killed")
    assert whole.keys() == resumed.keys()
    # Two processes round differently: Adam makes steps of 1e-6 of the noise that is the gradient of
    # the keys' biases. Within one process test_training.py holds a resumed run to 1e-6.
    for name, value in whole.items():
        np.testing.assert_allclose(resumed[name], value, atol=1e-5, err_msg=name)
    assert not list(tmp_path.glob("*/artifacts/Trainer/model_run/*/checkpoints"))
