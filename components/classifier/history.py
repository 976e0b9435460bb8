"""The history of a training run: `history.json` and TensorBoard scalars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import tensorflow as tf

from components.classifier.training import Epoch
from components.files import read_document, write_document
from components.splits import EVAL, TRAIN

_FILE, _FORMAT = "history.json", 2


def write_history(folder: str, epochs: Sequence[Epoch]) -> None:
    """Writes loss, top-1 and top-3 of both splits, epoch by epoch.

    Args:
        folder: the ModelRun artifact; local or gs://.
        epochs: the finished epochs.
    """
    content = {"epochs": [asdict(epoch) for epoch in epochs]}
    write_document(f"{folder}/{_FILE}", _FORMAT, content)


def write_scalars(folder: str, epoch: Epoch) -> None:
    """Adds one epoch to the TensorBoard logs below `folder`."""
    for split in (TRAIN, EVAL):
        writer = tf.summary.create_file_writer(f"{folder}/{split}")
        with writer.as_default(step=epoch.number):
            for name, value in asdict(epoch)[split].items():
                tf.summary.scalar(name, value)
        writer.close()


def read_history(folder: str) -> list[dict]:
    """The epochs that `write_history` wrote, as plain dictionaries.

    Raises:
        DocumentError: see `read_document`.
    """
    return read_document(f"{folder}/{_FILE}", _FORMAT, lambda content: content["epochs"])
