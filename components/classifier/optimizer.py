"""The optimizer of a recipe: update rule, learning-rate schedule and clipping."""

from __future__ import annotations

import tensorflow as tf

from components.classifier.recipe import Recipe

_NOT_DECAYED = ["bias", "LayerNorm", "layer_norm"]


class WarmUpThenDecay(tf.keras.optimizers.schedules.LearningRateSchedule):
    """Linear rise from 0 to the peak, then constant or a linear fall to 0 at the last step."""

    def __init__(self, peak: float, warmup_steps: int, total_steps: int, falls: bool):
        self._peak = peak
        self._warmup_steps = warmup_steps
        self._total_steps = total_steps
        self._falls = falls

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """Learning rate, float32 scalar, of the 0-based `step`."""
        step = tf.cast(step, tf.float32)
        rate = tf.ones_like(step)
        if self._falls:
            rest = max(self._total_steps - self._warmup_steps, 1)
            rate = tf.clip_by_value((self._total_steps - step) / rest, 0.0, 1.0)
        if self._warmup_steps:
            rate = tf.minimum(rate, (step + 1.0) / self._warmup_steps)
        return self._peak * rate

    def get_config(self) -> dict[str, float | int | bool]:
        """Arguments of the constructor."""
        return {
            "peak": self._peak,
            "warmup_steps": self._warmup_steps,
            "total_steps": self._total_steps,
            "falls": self._falls,
        }


def make_optimizer(recipe: Recipe, total_steps: int) -> tf.keras.optimizers.Optimizer:
    """The Keras optimizer for `total_steps` updates."""
    schedule = WarmUpThenDecay(
        peak=recipe.learning_rate,
        warmup_steps=round(recipe.warmup_fraction * total_steps),
        total_steps=total_steps,
        falls=recipe.decay == "linear",
    )
    if recipe.optimizer == "adam":
        return tf.keras.optimizers.Adam(schedule, clipnorm=recipe.clipnorm)
    optimizer = tf.keras.optimizers.AdamW(
        schedule, weight_decay=recipe.weight_decay, clipnorm=recipe.clipnorm
    )
    optimizer.exclude_from_weight_decay(var_names=_NOT_DECAYED)
    return optimizer
