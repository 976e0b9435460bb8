"""Loads an export and asks its signatures, with TensorFlow and tensorflow-text only."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.article.fields import FIELDS
from components.errors import UserError
from components.serving.signatures import Output, Signature


class ExportedModel:
    """A loaded model.

    Args:
        folder: a SavedModel, local or remote.

    Raises:
        UserError: it cannot be loaded.
    """

    def __init__(self, folder: str):
        import tensorflow as tf
        import tensorflow_text  # noqa: F401 - registers the tokenizer's operations

        self._constant = tf.constant
        try:
            self._loaded = tf.saved_model.load(folder)
        except (OSError, ValueError, tf.errors.OpError) as error:
            raise UserError(f"{folder}: cannot be loaded: {error}") from error
        self._signatures, self._folder = self._loaded.signatures, folder

    @property
    def text_fields(self) -> Sequence[str]:
        """The texts that clients give it.

        Raises:
            UserError: it is not one of this pipeline's models.
        """
        if Signature.TEXT not in self._signatures:
            raise UserError(f"{self._folder}: has no signature {Signature.TEXT}")
        return self._inputs(Signature.TEXT)

    def _inputs(self, signature: str) -> Sequence[str]:
        # A signature sorts its inputs; those that this version knows come in their order.
        _, inputs = self._signatures[signature].structured_input_signature
        return sorted(
            inputs, key=lambda name: (FIELDS.index(name) if name in FIELDS else len(FIELDS), name)
        )

    @property
    def class_names(self) -> list[str]:
        """In the order of the class ids."""
        names = self.ask(Signature.CLASS_NAMES, {})[Output.CLASS_NAMES]
        return [name.decode() for name in names]

    def ask(self, signature: str, inputs: Mapping[str, Sequence[Any]]) -> Mapping[str, np.ndarray]:
        """The outputs of a signature by name; strings are bytes in arrays of objects.

        Args:
            signature: see `components.serving.signatures`.
            inputs: string [batch], by the name of the input.
        """
        tensors = {name: self._constant(values) for name, values in inputs.items()}
        answer = self._signatures[signature](**tensors)
        return {name: value.numpy() for name, value in answer.items()}

    def ask_about_texts(
        self, signature: str, articles: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, np.ndarray]:
        """The same of a signature that takes texts, in which fields that lack are empty."""
        inputs = {
            name: [article.get(name, "") for article in articles]
            for name in self._inputs(signature)
        }
        return self.ask(signature, inputs)


def find_saved_model(folder: str) -> str:
    """The SavedModel at `folder`: itself, or the version with the highest number below it.

    Raises:
        UserError: there is none.
    """
    if _is_saved_model(folder):
        return folder
    names = os.listdir(folder) if os.path.isdir(folder) else []
    versions = [
        name for name in names if name.isdecimal() and _is_saved_model(os.path.join(folder, name))
    ]
    if not versions:
        raise UserError(
            f"{folder}: no SavedModel and no folder of versions; give the run's serving/ folder"
        )
    return os.path.join(folder, max(versions, key=int))


def _is_saved_model(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "saved_model.pb"))
