"""The training loop on a tiny RoBERTa: it learns, repeats itself and counts each row once."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from transformers import RobertaConfig, TFRobertaForSequenceClassification

from components.classifier.batches import TokenisedRows, sort_rows
from components.classifier.model import dropout_generators
from components.classifier.recipe import Recipe
from components.classifier.resume import Snapshots
from components.classifier.strategy import pick_strategy
from components.classifier.training import Epoch, SplitMetrics, Trainer
from components.errors import SettingsError

CLASSES = 4
RECIPE = Recipe(epochs=4, batch_size=8, learning_rate=1e-2, length_buckets=2, strategy="default")


def make_model(seed: int = 1, **options: float) -> TFRobertaForSequenceClassification:
    tf.keras.backend.experimental.enable_tf_random_generator()  # as load_classifier does
    tf.keras.utils.set_random_seed(seed)
    config = RobertaConfig(
        vocab_size=20,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=14,
        num_labels=CLASSES,
        **options,
    )
    model = TFRobertaForSequenceClassification(config)
    model(tf.constant([[0, 2]]))
    return model


def make_rows(count: int, seed: int) -> TokenisedRows:
    """Rows whose label is their second token, less 10: easy to learn."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, CLASSES, size=count).astype(np.int32)
    lengths = generator.integers(3, 12, size=count)
    rows = [np.full(length, 10 + label) for length, label in zip(lengths, labels, strict=True)]
    for row in rows:
        row[0], row[-1] = 0, 2
    return TokenisedRows(
        token_ids=np.concatenate(rows).astype(np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        labels=labels,
    )


TRAIN_ROWS, EVAL_ROWS = make_rows(101, seed=1), make_rows(21, seed=2)


def train(recipe: Recipe = RECIPE) -> tuple[TFRobertaForSequenceClassification, list[Epoch]]:
    strategy = pick_strategy(recipe.strategy)
    with strategy.scope():
        model = make_model()
    return model, Trainer(model, strategy, recipe, TRAIN_ROWS, EVAL_ROWS).fit()


def test_it_learns_an_easy_task_and_reports_every_epoch():
    # Embeddings far enough apart for so small a model to tell the labels' tokens apart.
    model = make_model(initializer_range=0.2)
    epochs = make_trainer(model, RECIPE.model_copy(update={"epochs": 12})).fit()
    assert [epoch.number for epoch in epochs] == list(range(1, 13))
    assert epochs[0].train.loss > 1.0
    assert epochs[-1].eval.top_1 > 0.9
    assert epochs[-1].eval.top_3 >= epochs[-1].eval.top_1


def test_the_same_seed_gives_the_same_weights():
    (first, _), (second, _) = train(), train()
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_rows_that_were_written_in_another_order_give_the_same_weights():
    keys = np.random.default_rng(3).permutation(len(TRAIN_ROWS))
    trained = []
    for written in (np.arange(len(keys)), np.random.default_rng(4).permutation(len(keys))):
        ids = tf.RaggedTensor.from_row_splits(TRAIN_ROWS.token_ids, TRAIN_ROWS.offsets)
        ids = tf.gather(ids, written)
        rows = TokenisedRows(ids.values.numpy(), ids.row_splits.numpy(), TRAIN_ROWS.labels[written])
        model = make_model()
        recipe = RECIPE.model_copy(update={"epochs": 1})
        rows = sort_rows(rows, keys[written])
        Trainer(model, pick_strategy("default"), recipe, rows, EVAL_ROWS).fit()
        trained.append(model)
    assert_same_weights(*trained, tolerance=0.0)


def test_metrics_count_every_row_once_whatever_the_batch_size():
    model = make_model()
    results = [
        Trainer(
            model,
            pick_strategy("default"),
            RECIPE.model_copy(update={"batch_size": batch_size}),
            TRAIN_ROWS,
            EVAL_ROWS,
        ).evaluate()
        for batch_size in (1, 8, 21, 64)
    ]
    for other in results[1:]:
        assert other.loss == pytest.approx(results[0].loss, abs=1e-5)
        assert (other.top_1, other.top_3) == (results[0].top_1, results[0].top_3)


def test_metrics_are_means_over_the_rows_that_count():
    metrics = SplitMetrics.from_sums(tf.constant([6.0, 1.0, 2.0, 4.0]))
    assert metrics == SplitMetrics(loss=1.5, top_1=0.25, top_3=0.5)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_the_first_loss_that_is_no_number_stops_training_and_says_what_to_lower(value: float):
    model = make_model()
    trainer = make_trainer(model, RECIPE)
    spoil_at_step(trainer, model, step=2, value=value)
    with pytest.raises(
        SettingsError, match=r"loss is nan at epoch 1, step [34].*clipnorm.*warmup_fraction"
    ):
        trainer.fit()
    assert trainer.state.step <= 4


def test_training_that_diverges_is_stopped():
    recipe = RECIPE.model_copy(update={"learning_rate": 1e38, "clipnorm": 1e38})
    with pytest.raises(SettingsError, match=r"lower the rate, which is 1e\+38"):
        make_trainer(make_model(), recipe).fit()


def spoil_at_step(trainer: Trainer, model: tf.keras.Model, step: int, value: float) -> None:
    """Puts a value among the weights when so many updates are done."""
    compiled, done = trainer._train_step, itertools.count(1)

    def step_and_spoil(batch: Any) -> tf.Tensor:
        sums = compiled(batch)
        if next(done) == step:
            model.classifier.out_proj.bias.assign(tf.fill([CLASSES], tf.constant(value)))
        return sums

    trainer._train_step = step_and_spoil


def assert_same_weights(one: tf.keras.Model, other: tf.keras.Model, tolerance: float) -> None:
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=tolerance)


def make_trainer(model: tf.keras.Model, recipe: Recipe) -> Trainer:
    return Trainer(model, pick_strategy("default"), recipe, TRAIN_ROWS, EVAL_ROWS)


def train_without_dropout(**changes: object) -> tf.keras.Model:
    recipe = RECIPE.model_copy(update={"epochs": 1, "learning_rate": 1e-3, **changes})
    model = make_model(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    make_trainer(model, recipe).fit()
    return model


def test_accumulated_parts_give_the_whole_batch_s_update():
    whole, parts = (train_without_dropout(accumulation_steps=n) for n in (1, 4))
    assert_same_weights(whole, parts, tolerance=2e-5)


def test_padding_longer_than_needed_changes_nothing():
    wide = train_without_dropout(bucket_lengths=[12])
    wider = train_without_dropout(bucket_lengths=[13])
    assert_same_weights(wide, wider, tolerance=2e-5)


class KilledError(Exception):
    """Stands for the end of the process."""


def make_checkpoints(folder: Path, trainer: Trainer, model: tf.keras.Model) -> Snapshots:
    return Snapshots(
        str(folder),
        "key",
        1e-9,
        trainer.state,
        model=model,
        optimizer=trainer.optimizer,
        generators=dropout_generators(model),
    )


@pytest.mark.parametrize("second", ["2", "1"], ids=["another run", "its worker restarted"])
def test_a_killed_run_ends_with_the_weights_of_an_uninterrupted_one(
    second: str, tmp_path: Path, monkeypatch
):
    recipe = RECIPE.model_copy(update={"epochs": 2, "optimizer": "adamw"})
    uninterrupted = make_model()
    expected = make_trainer(uninterrupted, recipe).fit()

    model = make_model()
    trainer = make_trainer(model, recipe)
    snapshots = make_checkpoints(tmp_path / "1", trainer, model)
    save = snapshots.save

    def save_then_die() -> None:
        save()
        if (trainer.state.epoch, trainer.state.step) == (1, 5):
            raise KilledError

    monkeypatch.setattr(snapshots, "save", save_then_die)
    with pytest.raises(KilledError):
        trainer.fit(snapshots=snapshots)

    resumed = make_model(seed=9)
    trainer = make_trainer(resumed, recipe)
    snapshots = make_checkpoints(tmp_path / second, trainer, resumed)
    assert snapshots.restore()
    assert (trainer.state.epoch, trainer.state.step) == (1, 5)
    epochs = trainer.fit(snapshots=snapshots)
    assert_same_weights(resumed, uninterrupted, tolerance=1e-6)
    assert [epoch.number for epoch in epochs] == [1, 2]
    for epoch, same in zip(epochs, expected, strict=True):
        assert epoch.train.loss == pytest.approx(same.train.loss, abs=1e-5)
        assert epoch.eval == same.eval
    snapshots.delete()
    assert not list(tmp_path.glob("*/snapshots"))


def test_another_key_is_not_gone_on_with(tmp_path: Path):
    model = make_model()
    trainer = make_trainer(model, RECIPE)
    make_checkpoints(tmp_path / "1", trainer, model).save()
    other = Snapshots(
        str(tmp_path / "2"), "other", 1.0, trainer.state, model=model, optimizer=trainer.optimizer
    )
    assert not other.restore()


def test_early_stopping_ends_the_run_with_the_best_weights(tmp_path: Path):
    # A rate this high makes the eval loss rise sooner or later.
    recipe = RECIPE.model_copy(
        update={"epochs": 30, "learning_rate": 0.3, "early_stopping_patience": 2}
    )
    model = make_model()
    trainer = make_trainer(model, recipe)
    epochs = trainer.fit(snapshots=make_checkpoints(tmp_path / "1", trainer, model))
    losses = [epoch.eval.loss for epoch in epochs]
    assert len(losses) == int(np.argmin(losses)) + 1 + 2
    assert trainer.evaluate().loss == pytest.approx(min(losses), abs=1e-6)


def test_xla_trains_to_the_same_weights():
    no_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    weights = []
    for xla in ("off", "on"):
        recipe = RECIPE.model_copy(update={"epochs": 1, "xla": xla})
        model = make_model(**no_dropout)
        make_trainer(model, recipe).fit()
        weights.append(model.get_weights())
    for plain, compiled in zip(*weights, strict=True):
        np.testing.assert_allclose(plain, compiled, atol=1e-4)


def test_it_learns_in_mixed_precision():
    tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        model = make_model(initializer_range=0.2)
    finally:
        tf.keras.mixed_precision.set_global_policy("float32")
    epochs = make_trainer(model, RECIPE.model_copy(update={"epochs": 12})).fit()
    assert epochs[-1].eval.top_1 > 0.9
