"""The learning-rate schedule, and what weight decay leaves alone."""

import pytest
import tensorflow as tf

from components.classifier.optimizer import WarmUpThenDecay, make_optimizer
from components.classifier.recipe import Recipe


def rates(warmup_steps: int, falls: bool) -> list[float]:
    schedule = WarmUpThenDecay(peak=2.0, warmup_steps=warmup_steps, total_steps=10, falls=falls)
    return [float(schedule(tf.constant(step))) for step in range(11)]


def test_the_tutorial_s_rate_is_constant():
    assert rates(warmup_steps=0, falls=False) == [2.0] * 11


def test_the_rate_rises_to_the_peak_then_falls_to_zero():
    warm = rates(warmup_steps=4, falls=True)
    assert warm[:5] == pytest.approx([0.5, 1.0, 1.5, 2.0, 2.0])
    assert warm[7] == pytest.approx(1.0)
    assert warm[10] == 0.0


def one_step_without_gradient(recipe: Recipe) -> dict[str, float]:
    names = ("kernel", "bias", "LayerNorm/gamma")
    variables = [tf.Variable([1.0], name=name) for name in names]
    optimizer = make_optimizer(recipe, total_steps=1)
    optimizer.build(variables)
    optimizer.apply_gradients((tf.zeros(1), variable) for variable in variables)
    return {variable.name.removesuffix(":0"): float(variable[0]) for variable in variables}


def test_decay_leaves_biases_and_layer_norms_alone():
    decayed = one_step_without_gradient(
        Recipe(optimizer="adamw", learning_rate=0.1, weight_decay=0.5)
    )
    assert decayed == {"kernel": pytest.approx(0.95), "bias": 1.0, "LayerNorm/gamma": 1.0}


def test_adam_does_not_decay():
    assert set(one_step_without_gradient(Recipe(optimizer="adam")).values()) == {1.0}
