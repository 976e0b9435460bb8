"""The training loop: one compiled step, the same under every distribution strategy."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

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
from components.classifier.first_token import pick_forward
from components.classifier.loss import Objective, cross_entropy
from components.classifier.optimizer import make_optimizer
from components.classifier.recipe import Recipe
from components.classifier.resume import Snapshots, TrainingState
from components.classifier.strategy import pick_xla
from components.errors import SettingsError

_SECONDS_BETWEEN_LINES = 2.0
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

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Epoch:
        """Inverse of `dataclasses.asdict`."""
        splits = {split: SplitMetrics(**values[split]) for split in ("train", "eval")}
        return cls(values["number"], seconds=values["seconds"], **splits)


class Trainer:
    """Fine-tunes a classifier.

    Args:
        model: the classifier, built within the scope of `strategy`.
        strategy: where the steps run.
        recipe: epochs, batch size, objective, optimizer.
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
        parts = strategy.num_replicas_in_sync * recipe.accumulation_steps
        self.batch_size = -(-recipe.batch_size // parts) * parts
        self._model, self._strategy, self._recipe = model, strategy, recipe
        self._train_rows, self._eval_rows = train_rows, eval_rows
        self.bucket_lengths = self._choose_bucket_lengths()
        self._steps = [len(self.plan_epoch(epoch)) for epoch in range(recipe.epochs)]
        self._compute_logits = pick_forward(model)
        self._objective = Objective(recipe, train_rows.labels, model.config.num_labels)
        with strategy.scope():
            self.optimizer = make_optimizer(recipe, total_steps=sum(self._steps))
            self.optimizer.build(model.trainable_variables)
        signature = self._step_signature()
        self._differentiate: Callable[..., Any] = self._compute_gradients
        if pick_xla(strategy, recipe.xla):
            # Only the arithmetic: replicas cannot meet, to add up gradients, inside XLA's code.
            self._differentiate = tf.function(
                self._compute_gradients, autograph=False, jit_compile=True
            )
        self._train_step = self._compile(self.train_on_replica, signature)
        self._eval_step = self._compile(self._evaluate_on_replica, signature)
        self.state = TrainingState()

    def fit(
        self,
        on_epoch: Callable[[Epoch], None] = lambda epoch: None,
        snapshots: Snapshots | None = None,
    ) -> list[Epoch]:
        """Trains for the recipe's epochs, or until early stopping; the best weights stay.

        Args:
            on_epoch: called after every epoch.
            snapshots: of `self.state`, the model and the optimizer. Training goes on from
                whatever state they hold.

        Returns:
            The epochs, in order, with those that an interrupted run finished.

        Raises:
            SettingsError: training has diverged.
        """
        if self._recipe.early_stopping_patience and not snapshots:
            raise ValueError("early stopping restores the best weights, so it needs snapshots")
        state = self.state
        while state.epoch < self._recipe.epochs and not self._is_to_stop():
            started = time.monotonic()
            train = self._train_epoch(snapshots)
            evaluated = self.evaluate()
            epoch = Epoch(state.epoch + 1, train, evaluated, time.monotonic() - started)
            self._finish_epoch(epoch, snapshots)
            on_epoch(epoch)
        if snapshots and self._recipe.early_stopping_patience:
            snapshots.restore_best()
        return [Epoch.from_dict(epoch) for epoch in state.history]

    def evaluate(self) -> SplitMetrics:
        """Metrics over all rows of the eval split."""
        sums = tf.zeros([4])
        plan = plan_epoch(self._eval_rows.lengths, self.bucket_lengths, self.batch_size)
        for batch in self._distribute(self._eval_rows, plan):
            sums += self._eval_step(batch)
        self._check_loss(sums, "eval")
        return SplitMetrics.from_sums(sums)

    def _train_epoch(self, snapshots: Snapshots | None) -> SplitMetrics:
        state = self.state
        plan = self.plan_epoch(state.epoch)
        steps_after = sum(self._steps[state.epoch + 1 :])
        progress_line = _Progress(self._recipe.epochs, state.epoch, plan, steps_after, state.step)
        sums = tf.constant(state.sums)
        for batch in self._distribute(self._train_rows, plan[state.step :]):
            # Of the step before, which is done: to wait for this one would let a TPU idle.
            self._check_loss(sums, "training")
            sums += self._train_step(batch)
            progress_line.step(state.step, sums)
            state.step += 1
            if snapshots and snapshots.is_due:
                self._check_loss(sums, "training")
                state.sums = sums.numpy().tolist()
                snapshots.save()
        self._check_loss(sums, "training")
        return SplitMetrics.from_sums(sums)

    def _check_loss(self, sums: tf.Tensor, split: str) -> None:
        """Stops where training has diverged: no later step would bring the weights back.

        Raises:
            SettingsError: the loss is no finite number; what to lower.
        """
        if math.isfinite(loss := float(sums.numpy()[0])):
            return
        state, recipe = self.state, self._recipe
        raise SettingsError(
            f"trainer.learning_rate: the {split} loss is {loss} at epoch {state.epoch + 1}, step "
            f"{state.step}, so training was stopped; lower the rate, which is "
            f"{recipe.learning_rate:g}, or trainer.clipnorm, {recipe.clipnorm:g}, or raise "
            f"trainer.warmup_fraction, {recipe.warmup_fraction:g}"
        )

    def _finish_epoch(self, epoch: Epoch, snapshots: Snapshots | None) -> None:
        state = self.state
        state.epoch, state.step, state.sums = epoch.number, 0, [0.0] * 4
        state.history.append(asdict(epoch))
        state.epochs_without_gain += 1
        if state.best_loss is None or epoch.eval.loss < state.best_loss:
            state.best_loss, state.epochs_without_gain = epoch.eval.loss, 0
            if snapshots and self._recipe.early_stopping_patience:
                snapshots.keep_best()
        if snapshots and snapshots.is_due:
            snapshots.save()

    def _is_to_stop(self) -> bool:
        patience = self._recipe.early_stopping_patience
        return bool(patience) and self.state.epochs_without_gain >= patience

    def _choose_bucket_lengths(self) -> list[int]:
        lengths = np.concatenate([self._train_rows.lengths, self._eval_rows.lengths])
        wanted = self._recipe.bucket_lengths
        if wanted is None:
            return choose_bucket_lengths(lengths, self._recipe.length_buckets)
        longest = int(lengths.max())
        return sorted(wanted) if max(wanted) >= longest else [*sorted(wanted), longest]

    def plan_epoch(self, number: int) -> list[PlannedBatch]:
        """The batches of an epoch, in the order that the recipe's seed gives."""
        generator = np.random.default_rng([self._recipe.seed, number])
        return plan_epoch(self._train_rows.lengths, self.bucket_lengths, self.batch_size, generator)

    def _distribute(
        self, rows: TokenisedRows, plan: Sequence[PlannedBatch]
    ) -> tf.distribute.DistributedDataset:
        dataset = make_dataset(rows, plan, self.batch_size, self._model.config.pad_token_id)
        return self._strategy.experimental_distribute_dataset(dataset)

    def _step_signature(self) -> list[Any] | None:
        """One trace for all lengths; on a TPU none, for it wants a trace for each static shape."""
        if isinstance(self._strategy, tf.distribute.TPUStrategy):
            return None
        return [self._distribute(self._train_rows, self.plan_epoch(0)[:1]).element_spec]

    def _compile(
        self, replica_step: Callable[..., tf.Tensor], signature: list[Any] | None
    ) -> _Step:
        # AutoGraph would re-write all of Hugging Face's Python, a minute of work, and find
        # nothing to convert: the models are already graph code.
        @tf.function(autograph=False, input_signature=signature)
        def step(batch: tuple[tf.Tensor, tf.Tensor, tf.Tensor]) -> tf.Tensor:
            sums = self._strategy.run(replica_step, args=batch)
            return self._strategy.reduce(tf.distribute.ReduceOp.SUM, sums, axis=None)

        return step

    def train_on_replica(
        self, token_ids: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor
    ) -> tf.Tensor:
        """One update; returns float32 [4], sums of loss, top-1 hits, top-3 hits and rows."""
        replica = tf.distribute.get_replica_context()
        rows = replica.all_reduce(tf.distribute.ReduceOp.SUM, tf.reduce_sum(weights))
        variables = self._model.trainable_variables
        parts = self._recipe.accumulation_steps
        gradients: list[Any] = []
        sums = []
        split = (tf.split(tensor, parts) for tensor in (token_ids, labels, weights))
        for part in zip(*split, strict=True):
            # One part after the other, or all their activations would be in memory at once.
            with tf.control_dependencies([g for g in gradients if parts > 1 and g is not None]):
                part_gradients, part_sums = self._differentiate(part, rows)
            gradients = _add_gradients(gradients, part_gradients)
            sums.append(part_sums)
        self.optimizer.apply_gradients(
            (gradient, variable)
            for gradient, variable in zip(gradients, variables, strict=True)
            if gradient is not None
        )
        return tf.add_n(sums)

    def _compute_gradients(
        self, part: tuple[tf.Tensor, ...], rows: tf.Tensor
    ) -> tuple[list[Any], tf.Tensor]:
        """Gradients of the objective's sum over a part, divided by all `rows`; and metrics."""
        token_ids, labels, weights = part
        with tf.GradientTape() as tape:
            logits = self._compute_logits(self._model, token_ids, True)
            loss = tf.reduce_sum(self._objective(logits, labels) * weights) / rows
        gradients = tape.gradient(loss, self._model.trainable_variables)
        return gradients, _sum_metrics(logits, labels, weights)

    def _evaluate_on_replica(
        self, token_ids: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor
    ) -> tf.Tensor:
        return _sum_metrics(self._compute_logits(self._model, token_ids, False), labels, weights)


def _add_gradients(sums: list[Any], gradients: list[Any]) -> list[Any]:
    if not sums:
        return gradients
    # Gradients of embeddings are slices, which can only be added as dense tensors.
    return [
        None if g is None else tf.convert_to_tensor(s) + tf.convert_to_tensor(g)
        for s, g in zip(sums, gradients, strict=True)
    ]


def _sum_metrics(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Float [4]: sums of loss, top-1 hits, top-3 hits, rows; a weight of 0 counts for nothing."""
    losses = cross_entropy(logits, labels)
    hits = [tf.math.in_top_k(labels, tf.cast(logits, tf.float32), k) for k in (1, 3)]
    columns = [losses, *(tf.cast(hit, tf.float32) for hit in hits), tf.ones_like(losses)]
    return tf.reduce_sum(tf.stack(columns) * weights, axis=1)


class _Progress:
    """Reports the training progress every few seconds."""

    def __init__(
        self,
        epochs: int,
        epoch: int,
        plan: Sequence[PlannedBatch],
        steps_after: int,
        first_step: int,
    ):
        self._epochs, self._epoch, self._steps_after = epochs, epoch, steps_after
        self._first_number = first_step
        self._steps = len(plan)
        self._rows_up_to = np.cumsum([len(batch.rows) for batch in plan])
        self._first_step = self._last_line = time.monotonic()

    def step(self, number: int, sums: tf.Tensor) -> None:
        """Call it after step `number`, counted from 0, with the sums of the metrics so far."""
        now = time.monotonic()
        if number == self._first_number:
            self._first_step = now  # it compiles, and would spoil the speed
        if number == self._first_number or now - self._last_line < _SECONDS_BETWEEN_LINES:
            return
        self._last_line = now
        metrics = SplitMetrics.from_sums(sums)
        seconds_a_step = (now - self._first_step) / (number - self._first_number)
        rows = self._rows_up_to[number] - self._rows_up_to[self._first_number]
        speed = rows / (now - self._first_step)
        left = (self._steps - number - 1 + self._steps_after) * seconds_a_step
        progress.tell(
            f"epoch {self._epoch + 1}/{self._epochs} step {number + 1}/{self._steps} "
            f"loss {metrics.loss:.3f} top-1 {metrics.top_1:.3f} "
            f"{speed:.0f} rows/s, {left / 60:.1f} min left"
        )
