"""The history of a training run: `history.json` and TensorBoard scalars."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import tensorflow as tf

from components.classifier.training import Epoch

HISTORY_FILE = "history.json"


def write_history(folder: str, epochs: Sequence[Epoch]) -> None:
    """Writes loss, top-1 and top-3 of both splits, epoch by epoch.

    Args:
        folder: the ModelRun artifact; local or gs://.
        epochs: the finished epochs.
    """
    with tf.io.gfile.GFile(f"{folder}/{HISTORY_FILE}", "w") as file:
        file.write(json.dumps({"epochs": [asdict(epoch) for epoch in epochs]}, indent=2))


def write_scalars(folder: str, epoch: Epoch) -> None:
    """Adds one epoch to the TensorBoard logs below `folder`."""
    for split in ("train", "eval"):
        writer = tf.summary.create_file_writer(f"{folder}/{split}")
        with writer.as_default(step=epoch.number):
            for name, value in asdict(epoch)[split].items():
                tf.summary.scalar(name, value)
        writer.close()


def read_history(folder: str) -> list[dict]:
    """The epochs that `write_history` wrote, as plain dictionaries."""
    with tf.io.gfile.GFile(f"{folder}/{HISTORY_FILE}") as file:
        return json.loads(file.read())["epochs"]
