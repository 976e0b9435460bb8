"""The training objective: cross-entropy with label smoothing and class weights."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from components.classifier.recipe import Recipe


def cross_entropy(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Plain cross-entropy in nats, float32 [batch], of logits [batch, classes] and labels [batch].

    It is what is reported, whatever the objective, so that recipes can be compared.
    """
    logits = tf.cast(logits, tf.float32)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)


class Objective:
    """What training minimises, row by row.

    Args:
        recipe: label smoothing and the kind of class weights.
        labels: int [rows], the class ids of the training split.
        classes: number of classes.
    """

    def __init__(self, recipe: Recipe, labels: np.ndarray, classes: int):
        self._smoothing = recipe.label_smoothing
        self._weights = np.ones(classes, np.float32)
        if recipe.class_weights == "balanced":
            self._weights = balanced_weights(labels, classes)

    def __call__(self, logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Float32 [batch], of logits [batch, classes] and labels int32 [batch]."""
        losses = cross_entropy(logits, labels)
        if self._smoothing:
            # Against the uniform distribution; Szegedy et al. 2016, section 7.
            uniform = -tf.reduce_mean(tf.nn.log_softmax(tf.cast(logits, tf.float32)), axis=-1)
            losses = (1 - self._smoothing) * losses + self._smoothing * uniform
        return losses * tf.gather(tf.constant(self._weights), labels)


def balanced_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Weights that let every class count alike; their mean over the rows is 1.

    As scikit-learn's `compute_class_weight("balanced")`, over the classes that have rows.

    Returns:
        float32 [classes]; 1 for a class without rows.
    """
    rows = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(rows)
    weights = np.where(rows > 0, len(labels) / (present * np.maximum(rows, 1)), 1.0)
    return weights.astype(np.float32)
