"""Loads a pushed model and asks its serving signature, with TensorFlow and tensorflow-text only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from components.errors import UserError
from components.preprocessing import features

_BATCH_SIZE = 64


@dataclass(frozen=True)
class Prediction:
    """The likeliest categories of a row, (name, probability), the likeliest first."""

    headline: str
    categories: list[tuple[str, float]]


class Predictor:
    """A loaded model.

    Args:
        folder: a SavedModel, or a folder of versions, of which the newest is taken.

    Raises:
        UserError: there is no SavedModel.
    """

    def __init__(self, folder: str):
        version = find_saved_model(folder)
        import tensorflow as tf
        import tensorflow_text  # noqa: F401 - registers the tokenizer's ops

        self._loaded = tf.saved_model.load(version)
        self._signature = self._loaded.signatures["serving_default"]
        self._constant = tf.constant

    def predict(self, rows: Iterable[tuple[str, str]]) -> Iterator[Prediction]:
        """Classifies (headline, short description) rows, in their order."""
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH_SIZE)):
            headlines, descriptions = zip(*batch, strict=True)
            answer = self._signature(
                **{
                    features.HEADLINE: self._constant(headlines),
                    features.SHORT_DESCRIPTION: self._constant(descriptions),
                }
            )
            labels, probabilities = answer["labels"].numpy(), answer["probabilities"].numpy()
            for headline, names, values in zip(headlines, labels, probabilities, strict=True):
                names = [name.decode() for name in names]
                yield Prediction(headline, list(zip(names, values.tolist(), strict=True)))


def find_saved_model(folder: str) -> str:
    """The SavedModel at `folder`: itself, or the version with the highest number below it."""
    if os.path.isfile(os.path.join(folder, "saved_model.pb")):
        return folder
    versions = []
    if os.path.isdir(folder):
        versions = [
            name
            for name in os.listdir(folder)
            if name.isdecimal() and os.path.isfile(os.path.join(folder, name, "saved_model.pb"))
        ]
    if not versions:
        raise UserError(
            f"{folder}: no SavedModel and no folder of versions; give the run's serving/ folder"
        )
    return os.path.join(folder, max(versions, key=int))
