"""Snapshots of a training run, from which a killed run goes on."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import tensorflow as tf

from components.files import open_file, read_text

_FOLDER = "checkpoints"  # as TensorFlow calls them
_KEY_FILE = "key"


class TrainingState(tf.train.experimental.PythonState):
    """How far a run is; saved in the same checkpoint as the weights, so they always agree.

    Attributes:
        epoch: epochs finished.
        step: updates done in the epoch under way.
        sums: the epoch's metrics so far, see `training._sum_metrics`.
        history: the finished epochs, as dictionaries.
        best_loss: lowest eval loss, None before the first epoch ended.
        epochs_without_gain: since then.
    """

    _FIELDS = ("epoch", "step", "sums", "history", "best_loss", "epochs_without_gain")

    def __init__(self) -> None:
        self.epoch, self.step = 0, 0
        self.sums: list[float] = [0.0] * 4
        self.history: list[dict[str, Any]] = []
        self.best_loss: float | None = None
        self.epochs_without_gain = 0

    def serialize(self) -> bytes:
        """The state as JSON."""
        return json.dumps({name: getattr(self, name) for name in self._FIELDS}).encode()

    def deserialize(self, text: bytes) -> None:
        """Inverse of `serialize`."""
        for name, value in json.loads(text).items():
            setattr(self, name, value)


class Snapshots:
    """Saves a run at intervals, and finds what an interrupted one has saved.

    Args:
        folder: of this run; the ModelRun artifact.
        key: what the run depends on; only a run with the same key is gone on with.
        minutes: time between two snapshots.
        state: how far the run is.
        model: whose weights are saved, and also kept as the best.
        tracked: what else belongs to the run: the optimizer, random generators.
    """

    def __init__(
        self,
        folder: str,
        key: str,
        minutes: float,
        state: TrainingState,
        model: tf.keras.Model,
        **tracked: Any,
    ):
        folder = folder.rstrip("/")
        self._folder, self._key, self._seconds = f"{folder}/{_FOLDER}", key, minutes * 60
        self._checkpoint = tf.train.Checkpoint(state=state, model=model, **tracked)
        self._best = tf.train.Checkpoint(model=model)
        self._manager = tf.train.CheckpointManager(self._checkpoint, self._folder, max_to_keep=1)
        self._last_saved = time.monotonic()
        self._interrupted = self._find_interrupted(folder)

    def restore(self) -> bool:
        """Takes over the state of an interrupted run with the same key.

        Returns:
            Whether there was one.
        """
        if self._interrupted is None:
            return False
        path = tf.train.latest_checkpoint(self._interrupted)
        self._checkpoint.restore(path).assert_existing_objects_matched()
        if self._interrupted != self._folder:
            for file in tf.io.gfile.glob(f"{self._interrupted}/best.*"):
                tf.io.gfile.makedirs(self._folder)
                tf.io.gfile.copy(file, f"{self._folder}/{file.rpartition('/')[2]}", overwrite=True)
        self.save()
        return True

    @property
    def is_due(self) -> bool:
        """Whether the interval has passed since the last checkpoint."""
        return time.monotonic() - self._last_saved >= self._seconds

    def save(self) -> None:
        """Saves now; the checkpoint before stays until this one is complete."""
        tf.io.gfile.makedirs(self._folder)
        with open_file(f"{self._folder}/{_KEY_FILE}", "w") as file:
            file.write(self._key)
        self._manager.save()
        self._last_saved = time.monotonic()

    def keep_best(self) -> None:
        """Keeps the model's weights as the best so far."""
        tf.io.gfile.makedirs(self._folder)
        self._best.write(f"{self._folder}/best")

    def restore_best(self) -> None:
        """Puts the best weights back into the model."""
        self._best.read(f"{self._folder}/best").assert_existing_objects_matched()

    def delete(self) -> None:
        """Removes what the run, and the one it went on from, have saved."""
        for folder in (self._folder, self._interrupted):
            if folder and tf.io.gfile.exists(folder):
                tf.io.gfile.rmtree(folder)

    def _find_interrupted(self, folder: str) -> str | None:
        """The newest snapshots with the same key in the folders beside this run's, or in its own.

        Its own has some where this process stands in for one that was lost: Vertex AI restarts a
        worker with the command, and thus the folder, that it had.
        """
        runs = folder.rpartition("/")[0]
        found = []
        for key_file in tf.io.gfile.glob(f"{runs}/*/{_FOLDER}/{_KEY_FILE}"):
            candidate = key_file.rpartition("/")[0]
            same = read_text(key_file) == self._key
            if same and tf.train.latest_checkpoint(candidate):
                found.append((tf.io.gfile.stat(key_file).mtime_nsec, candidate))
        return max(found)[1] if found else None


def training_key(*parts: object) -> str:
    """A hash of everything that the weights at the end depend on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
