"""Loads a pushed model and asks its signatures, with TensorFlow and tensorflow-text only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from components.errors import UserError
from components.preprocessing import features

_BATCH_SIZE = 256


@dataclass(frozen=True)
class Prediction:
    """The likeliest categories of a row.

    Attributes:
        headline: of the row.
        description: of the row.
        categories: (name, probability), the likeliest first.
        sub_words: what the model's tokenizer made of the text, if that was asked for.
    """

    headline: str
    description: str
    categories: list[tuple[str, float]]
    sub_words: list[str] = field(default_factory=list)


class Predictor:
    """A loaded model.

    Args:
        folder: a SavedModel, or a folder of versions, of which the newest is taken.

    Raises:
        UserError: there is no SavedModel, or it is not one of this pipeline's.
    """

    def __init__(self, folder: str):
        version = find_saved_model(folder)
        import tensorflow as tf
        import tensorflow_text  # noqa: F401 - registers the tokenizer's ops

        self._constant = tf.constant
        try:
            self._loaded = tf.saved_model.load(version)
        except (OSError, ValueError, tf.errors.OpError) as error:
            raise UserError(f"{version}: cannot be loaded: {error}") from error
        self._signatures = self._loaded.signatures
        if "serving_default" not in self._signatures:
            raise UserError(f"{version}: has no signature serving_default")

    def predict(
        self, rows: Iterable[tuple[str, str]], with_sub_words: bool = False
    ) -> Iterator[Prediction]:
        """Classifies (headline, short description) rows, in their order, batch by batch."""
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH_SIZE)):
            answer = self._ask("serving_default", batch)
            labels, probabilities = answer["labels"], answer["probabilities"].tolist()
            sub_words = self._sub_words(batch) if with_sub_words else [[] for _ in batch]
            for (headline, description), names, values, words in zip(
                batch, labels, probabilities, sub_words, strict=True
            ):
                ranked = [(n.decode(), value) for n, value in zip(names, values, strict=True)]
                yield Prediction(headline, description, ranked, words)

    def _sub_words(self, batch: list[tuple[str, str]]) -> list[list[str]]:
        padded = self._ask("tokenize", batch)["sub_words"]
        return [[word.decode() for word in row if word] for row in padded]

    def _ask(self, signature: str, batch: list[tuple[str, str]]) -> dict[str, Any]:
        headlines, descriptions = zip(*batch, strict=True)
        answer = self._signatures[signature](
            **{
                features.HEADLINE: self._constant(headlines),
                features.SHORT_DESCRIPTION: self._constant(descriptions),
            }
        )
        return {name: value.numpy() for name, value in answer.items()}


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
