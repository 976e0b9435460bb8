"""TensorFlow's sides of `train_throughput.py`.

Usage: train_sides.py loop|fit ROWS CHECKPOINT BATCH_SIZE ROUNDS
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import components  # noqa: F401 - chooses Keras 2 before TensorFlow is imported

import tensorflow as tf  # isort: skip

from components.classifier.batches import TokenisedRows, choose_bucket_lengths, plan_epoch
from components.classifier.model import load_classifier
from components.classifier.recipe import Recipe
from components.classifier.strategy import pick_strategy
from components.classifier.training import Epoch, Trainer


class Turns:
    """Answers the rounds, which are the epochs after the first; times count from its making."""

    def __init__(self, examples: int, padded_per_real: float, **ready: float):
        self._examples, self._padded_per_real, self._ready = examples, padded_per_real, ready
        self._made = self._started = time.perf_counter()
        self._first_step: float | None = None
        self._is_warm = False

    def step_ended(self) -> None:
        """Call it after every step."""
        if self._first_step is None:
            self._first_step = time.perf_counter() - self._made

    def epoch_ended(self) -> None:
        """Prints what the epoch took, and waits for the next round."""
        seconds = time.perf_counter() - self._started
        if self._is_warm:
            speed = self._examples / seconds
            _print(examples_per_second=speed, padded_per_real=self._padded_per_real)
        else:
            _print(first_step=self._first_step, **self._ready)
        self._is_warm = True
        sys.stdin.readline()
        self._started = time.perf_counter()


def _print(**values: Any) -> None:
    print(json.dumps(values), flush=True)


def loop(data: dict[str, Any], checkpoint: str, batch_size: int, rounds: int) -> None:
    """This project's way."""
    rows = TokenisedRows(data["token_ids"], data["offsets"], data["labels"])
    sample = _take(rows, data["sample"])
    turns = Turns(
        len(sample), _padded_per_real(sample, batch_size), plan=_padded_per_real(rows, batch_size)
    )
    strategy = pick_strategy("default")
    recipe = Recipe(recipe="tutorial", batch_size=batch_size, epochs=rounds + 1)
    model = load_classifier(checkpoint, json.loads(str(data["class_names"])), recipe.seed)
    # After an epoch a single row is evaluated, which counts against this side.
    trainer = Trainer(model, strategy, recipe, sample, _take(rows, data["sample"][:1]))
    trainer._train_step = _noticed(trainer._train_step, turns)

    def on_epoch(epoch: Epoch) -> None:
        turns.epoch_ended()

    trainer.fit(on_epoch)


def fit(data: dict[str, Any], checkpoint: str, batch_size: int, rounds: int) -> None:
    """The tutorial's way."""
    rows = TokenisedRows(data["token_ids"], data["offsets"], data["labels"])
    sample = _take(rows, data["sample"])
    longest = int(rows.lengths.max())
    turns = Turns(len(sample), longest * len(sample) / sample.lengths.sum())
    model = load_classifier(checkpoint, json.loads(str(data["class_names"])), seed=1)
    token_ids = tf.RaggedTensor.from_row_splits(sample.token_ids, sample.offsets)
    padded = token_ids.to_tensor(model.config.pad_token_id, shape=[None, longest])
    mask = tf.cast(padded != model.config.pad_token_id, tf.int32)
    inputs = {"input_ids": padded, "attention_mask": mask}
    dataset = tf.data.Dataset.from_tensor_slices((inputs, sample.labels))
    dataset = dataset.shuffle(len(sample)).batch(batch_size).prefetch(tf.data.AUTOTUNE)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(1e-5, clipnorm=1.0),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    callback = tf.keras.callbacks.LambdaCallback(
        on_batch_end=lambda batch, logs: turns.step_ended(),
        on_epoch_end=lambda epoch, logs: turns.epoch_ended(),
    )
    model.fit(dataset, epochs=rounds + 1, callbacks=[callback], verbose=0)


def _take(rows: TokenisedRows, numbers: np.ndarray) -> TokenisedRows:
    parts = [rows.token_ids[rows.offsets[i] : rows.offsets[i + 1]] for i in numbers]
    offsets = np.cumsum([0, *map(len, parts)])
    return TokenisedRows(np.concatenate(parts), offsets, rows.labels[numbers])


def _padded_per_real(rows: TokenisedRows, batch_size: int) -> float:
    """Tokens computed on, over tokens there are, in the batches that the Trainer makes."""
    lengths = choose_bucket_lengths(rows.lengths, Recipe().length_buckets)
    plan = plan_epoch(rows.lengths, lengths, batch_size, np.random.default_rng(0))
    return sum(batch_size * batch.length for batch in plan) / rows.lengths.sum()


def _noticed(step: Callable[[Any], tf.Tensor], turns: Turns) -> Callable[[Any], tf.Tensor]:
    def noticed(batch: Any) -> tf.Tensor:
        sums = step(batch)
        turns.step_ended()
        return sums

    return noticed


if __name__ == "__main__":
    way = {"loop": loop, "fit": fit}[sys.argv[1]]
    way(dict(np.load(sys.argv[2])), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
