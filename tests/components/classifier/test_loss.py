"""The objective: class weights as scikit-learn's, smoothing as Keras's."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.utils.class_weight import compute_class_weight

from components.classifier.loss import Objective, balanced_weights
from components.classifier.recipe import Recipe

LABELS = np.array([0, 0, 0, 1, 2, 2])
LOGITS = tf.constant([[2.0, 0.0, -1.0], [0.5, 0.5, 3.0]])


def test_balanced_weights_are_scikit_learn_s_and_average_to_1():
    weights = balanced_weights(LABELS, classes=4)
    expected = compute_class_weight("balanced", classes=np.arange(3), y=LABELS)
    np.testing.assert_allclose(weights[:3], expected, rtol=1e-6)
    assert weights[3] == 1.0
    assert weights[LABELS].mean() == pytest.approx(1.0)


def test_smoothing_is_keras_s():
    objective = Objective(Recipe(label_smoothing=0.1), LABELS, classes=3)
    keras = tf.keras.losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=0.1, reduction="none"
    )
    found = objective(LOGITS, tf.constant([0, 1]))
    np.testing.assert_allclose(found, keras(tf.one_hot([0, 1], 3), LOGITS), rtol=1e-5)


def test_without_options_it_is_cross_entropy():
    found = Objective(Recipe(), LABELS, classes=3)(LOGITS, tf.constant([0, 1]))
    np.testing.assert_allclose(found, -np.log(tf.nn.softmax(LOGITS).numpy()[[0, 1], [0, 1]]), 1e-5)


def test_class_weights_scale_rows():
    objective = Objective(Recipe(class_weights="balanced"), LABELS, classes=3)
    plain = Objective(Recipe(), LABELS, classes=3)
    labels = tf.constant([1, 0])
    ratio = objective(LOGITS, labels) / plain(LOGITS, labels)
    np.testing.assert_allclose(ratio, balanced_weights(LABELS, 3)[[1, 0]], rtol=1e-6)
