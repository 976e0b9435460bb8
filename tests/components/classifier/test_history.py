"""history.json and TensorBoard scalars hold what training measured."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

from components.classifier.history import read_history, write_history, write_scalars
from components.classifier.training import Epoch, SplitMetrics

EPOCH = Epoch(1, SplitMetrics(2.0, 0.25, 0.5), SplitMetrics(1.5, 0.5, 0.75), seconds=3.0)


def test_history_round_trip(tmp_path: Path):
    write_history(str(tmp_path), [EPOCH])
    (epoch,) = read_history(str(tmp_path))
    assert epoch["train"] == {"loss": 2.0, "top_1": 0.25, "top_3": 0.5}
    assert epoch["eval"]["top_3"] == 0.75


def test_scalars_of_both_splits(tmp_path: Path):
    write_scalars(str(tmp_path), EPOCH)
    found = {}
    for split in ("train", "eval"):
        for file in (tmp_path / split).iterdir():
            for event in tf.compat.v1.train.summary_iterator(str(file)):
                for value in event.summary.value:
                    found[split, value.tag] = float(tf.make_ndarray(value.tensor))
    assert found["eval", "loss"] == 1.5
    assert found["train", "top_3"] == 0.5
    assert len(found) == 6
