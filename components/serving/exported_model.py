"""Loads an export and asks its signatures, with TensorFlow and tensorflow-text only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from components.article.fields import FIELDS
from components.errors import SettingsError
from components.serving.signatures import Output, Signature

_GRAPH = "saved_model.pb"
_SHARD = re.compile(r"variables\.data-\d+-of-(\d+)")


class ExportedModel:
    """A loaded model.

    Args:
        folder: a SavedModel, local or remote.

    Raises:
        SettingsError: it cannot be loaded.
    """

    def __init__(self, folder: str):
        import tensorflow as tf
        import tensorflow_text  # noqa: F401 - registers the tokenizer's operations

        self._constant = tf.constant
        try:
            self._loaded = tf.saved_model.load(folder)
        except Exception as error:  # a damaged file can make TensorFlow raise anything
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise SettingsError(
                f"{folder}: cannot be loaded, is it damaged or no SavedModel? ({reason})"
            ) from error
        self._signatures, self._folder = self._loaded.signatures, folder

    @property
    def text_fields(self) -> Sequence[str]:
        """The texts that clients give it.

        Raises:
            SettingsError: it is not one of this pipeline's models.
        """
        if Signature.TEXT not in self._signatures:
            raise SettingsError(f"{self._folder}: has no signature {Signature.TEXT}")
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


def find_saved_model(
    folder: str, on_passed_over: Callable[[str], None] = lambda folder: None
) -> str:
    """The SavedModel at `folder`: itself, or the complete version with the highest number below it.

    Args:
        folder: local.
        on_passed_over: called with the folder of each version of a higher number.

    Raises:
        SettingsError: there is none.
    """
    if os.path.isfile(os.path.join(folder, _GRAPH)):
        return folder
    names = os.listdir(folder) if os.path.isdir(folder) else []
    for name in sorted(filter(str.isdecimal, names), key=int, reverse=True):
        version = os.path.join(folder, name)
        if _is_complete(version):
            return version
        on_passed_over(version)
    raise SettingsError(
        f"{folder}: no SavedModel and no complete version of one; give the run's serving/ folder"
    )


def _is_complete(folder: str) -> bool:
    """Whether a SavedModel has its graph, and all files of its variables."""
    variables = os.path.join(folder, "variables")
    names = os.listdir(variables) if os.path.isdir(variables) else []
    shards = [int(found[1]) for name in names if (found := _SHARD.fullmatch(name))]
    return (
        os.path.isfile(os.path.join(folder, _GRAPH))
        and "variables.index" in names
        and shards == [len(shards)] * max(len(shards), 1)
    )
