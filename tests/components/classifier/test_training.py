"""The training loop on a tiny RoBERTa: it learns, repeats itself and counts each row once."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from transformers import RobertaConfig, TFRobertaForSequenceClassification

from components.classifier.batches import TokenisedRows
from components.classifier.recipe import Recipe
from components.classifier.strategy import pick_strategy
from components.classifier.training import Epoch, SplitMetrics, Trainer

CLASSES = 4
RECIPE = Recipe(epochs=6, batch_size=8, learning_rate=1e-2, length_buckets=2, strategy="default")


def make_model(seed: int = 1) -> TFRobertaForSequenceClassification:
    tf.keras.utils.set_random_seed(seed)
    config = RobertaConfig(
        vocab_size=20,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=14,
        num_labels=CLASSES,
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
    _, epochs = train()
    assert [epoch.number for epoch in epochs] == [1, 2, 3, 4, 5, 6]
    assert epochs[0].train.loss > 1.0
    assert epochs[-1].eval.top_1 > 0.9
    assert epochs[-1].eval.top_3 >= epochs[-1].eval.top_1


def test_the_same_seed_gives_the_same_weights():
    (first, _), (second, _) = train(), train()
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


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
