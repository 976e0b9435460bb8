"""The training loop: one compiled step, the same under every distribution strategy."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from transformers import TFPreTrainedModel

from components import progress
from components.classifier.batches import (
    PlannedBatch,
    TokenisedRows,
    choose_bucket_lengths,
    make_dataset,
    plan_epoch,
)
from components.classifier.model import compute_logits
from components.classifier.optimizer import make_optimizer
from components.classifier.recipe import Recipe

_SECONDS_BETWEEN_REPORTS = 2.0
_Step = Callable[..., tf.Tensor]


@dataclass(frozen=True)
class SplitMetrics:
    """Means over the rows of a split: loss in nats, top-1 and top-3 as fractions."""

    loss: float
    top_1: float
    top_3: float

    @classmethod
    def from_sums(cls, sums: tf.Tensor) -> SplitMetrics:
        """From float [4]: sums of loss, top-1 hits, top-3 hits, and the number of rows."""
        loss, top_1, top_3, rows = (float(value) for value in sums)
        return cls(loss / rows, top_1 / rows, top_3 / rows)


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training split led to; `train` is measured while training."""

    number: int
    train: SplitMetrics
    eval: SplitMetrics
    seconds: float


class Trainer:
    """Fine-tunes a classifier.

    Args:
        model: the classifier, built within the scope of `strategy`.
        strategy: where the steps run.
        recipe: epochs, batch size, optimiser.
        train_rows: rows to learn from.
        eval_rows: rows to measure on after every epoch.
    """

    def __init__(
        self,
        model: TFPreTrainedModel,
        strategy: tf.distribute.Strategy,
        recipe: Recipe,
        train_rows: TokenisedRows,
        eval_rows: TokenisedRows,
    ):
        replicas = strategy.num_replicas_in_sync
        self._batch_size = -(-recipe.batch_size // replicas) * replicas
        self._model, self._strategy, self._recipe = model, strategy, recipe
        self._train_rows, self._eval_rows = train_rows, eval_rows
        lengths = np.concatenate([train_rows.lengths, eval_rows.lengths])
        self.bucket_lengths = choose_bucket_lengths(lengths, recipe.length_buckets)
        plans = [self._plan_training_epoch(epoch) for epoch in range(recipe.epochs)]
        self._steps = [len(plan) for plan in plans]
        with strategy.scope():
            self._optimizer = make_optimizer(recipe, total_steps=sum(self._steps))
            self._optimizer.build(model.trainable_variables)
        self._compiled_train_step = self._compile(self._train_step)
        self._compiled_eval_step = self._compile(self._eval_step)

    def fit(self, on_epoch: Callable[[Epoch], None] = lambda epoch: None) -> list[Epoch]:
        """Trains for the recipe's epochs.

        Args:
            on_epoch: called after every epoch.

        Returns:
            The epochs, in order.
        """
        epochs = []
        for number in range(self._recipe.epochs):
            started = time.monotonic()
            plan = self._plan_training_epoch(number)
            reporter = _Reporter(self._recipe.epochs, number, plan, sum(self._steps[number + 1 :]))
            train = self._run(
                self._compiled_train_step, self._train_rows, plan, after_step=reporter.step
            )
            epoch = Epoch(number + 1, train, self.evaluate(), time.monotonic() - started)
            epochs.append(epoch)
            on_epoch(epoch)
        return epochs

    def evaluate(self) -> SplitMetrics:
        """Metrics over all rows of the eval split."""
        plan = plan_epoch(self._eval_rows.lengths, self.bucket_lengths, self._batch_size)
        return self._run(self._compiled_eval_step, self._eval_rows, plan)

    def _plan_training_epoch(self, number: int) -> list[PlannedBatch]:
        generator = np.random.default_rng([self._recipe.seed, number])
        return plan_epoch(
            self._train_rows.lengths, self.bucket_lengths, self._batch_size, generator
        )

    def _run(
        self,
        step: _Step,
        rows: TokenisedRows,
        plan: Sequence[PlannedBatch],
        after_step: Callable[[int, tf.Tensor], None] = lambda number, sums: None,
    ) -> SplitMetrics:
        pad_id = self._model.config.pad_token_id
        dataset = make_dataset(rows, plan, self._batch_size, pad_id)
        sums = tf.zeros([4])
        for number, batch in enumerate(self._strategy.experimental_distribute_dataset(dataset)):
            sums += step(batch)
            after_step(number, sums)
        return SplitMetrics.from_sums(sums)

    def _compile(self, replica_step: Callable[..., tf.Tensor]) -> _Step:
        # AutoGraph would re-write all of Hugging Face's Python, a minute of work, and find
        # nothing to convert: the models are already graph code.
        @tf.function(autograph=False, reduce_retracing=True)
        def step(batch: tuple[tf.Tensor, tf.Tensor, tf.Tensor]) -> tf.Tensor:
            sums = self._strategy.run(replica_step, args=batch)
            return self._strategy.reduce(tf.distribute.ReduceOp.SUM, sums, axis=None)

        return step

    def _train_step(self, token_ids: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        replica = tf.distribute.get_replica_context()
        rows = replica.all_reduce(tf.distribute.ReduceOp.SUM, tf.reduce_sum(weights))
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            logits = compute_logits(self._model, token_ids, training=True)
            losses = _cross_entropy(logits, labels)
            loss = tf.reduce_sum(losses * weights) / rows
        gradients = tape.gradient(loss, variables)
        self._optimizer.apply_gradients(
            (gradient, variable)
            for gradient, variable in zip(gradients, variables, strict=True)
            if gradient is not None
        )
        return _sum_metrics(logits, labels, losses, weights)

    def _eval_step(self, token_ids: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        logits = compute_logits(self._model, token_ids)
        return _sum_metrics(logits, labels, _cross_entropy(logits, labels), weights)


def _cross_entropy(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)


def _sum_metrics(
    logits: tf.Tensor, labels: tf.Tensor, losses: tf.Tensor, weights: tf.Tensor
) -> tf.Tensor:
    """Float [4]: sums of loss, top-1 hits, top-3 hits, rows; a weight of 0 counts for nothing."""
    hits = [tf.math.in_top_k(labels, logits, k) for k in (1, 3)]
    columns = [losses, *(tf.cast(hit, tf.float32) for hit in hits), tf.ones_like(losses)]
    return tf.reduce_sum(tf.stack(columns) * weights, axis=1)


class _Reporter:
    """Reports the training progress every few seconds."""

    def __init__(self, epochs: int, epoch: int, plan: Sequence[PlannedBatch], steps_after: int):
        self._epochs, self._epoch, self._steps_after = epochs, epoch, steps_after
        self._steps = len(plan)
        self._rows_up_to = np.cumsum([len(batch.rows) for batch in plan])
        self._first_step = self._last_report = time.monotonic()

    def step(self, number: int, sums: tf.Tensor) -> None:
        """Call it after step `number`, counted from 0, with the sums of the metrics so far."""
        now = time.monotonic()
        if number == 0:
            self._first_step = now  # it compiles, and would spoil the speed
        if number == 0 or now - self._last_report < _SECONDS_BETWEEN_REPORTS:
            return
        self._last_report = now
        metrics = SplitMetrics.from_sums(sums)
        seconds_a_step = (now - self._first_step) / number
        speed = (self._rows_up_to[number] - self._rows_up_to[0]) / (now - self._first_step)
        left = (self._steps - number - 1 + self._steps_after) * seconds_a_step
        progress.report(
            f"epoch {self._epoch + 1}/{self._epochs} step {number + 1}/{self._steps} "
            f"loss {metrics.loss:.3f} top-1 {metrics.top_1:.3f} "
            f"{speed:.0f} examples/s, {left / 60:.1f} min left"
        )
