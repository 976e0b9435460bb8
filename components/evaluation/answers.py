"""What an exported model answers to rows, and a file that keeps it, so that it is asked only once.

The gate measures what clients receive. A kept answer may stand for the model because it is one: it
was given by the exported signatures to exactly these bytes of a raw tf.Example, and its file is
named after a digest of every byte of the export, of the libraries that run it and of the code that
asks it. Where one byte of model or row is another, nothing is found, and the model is asked.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from components.files import open_file
from components.serving.signatures import EXAMPLES_INPUT, Signature

Answers = Mapping[str, np.ndarray]
"""Outputs of a model by name, a row of each array for every row; strings are bytes as objects."""

_ASKED = (Signature.EXAMPLES, Signature.TRANSFORM)
_LIBRARIES = ("tensorflow", "tensorflow-text")
_BLOCK_BYTES = 1 << 22
_DIGEST_BYTES = hashlib.sha256().digest_size
_DIGESTS = "row digests"


def ask(model: Any, rows: Sequence[bytes]) -> Answers:
    """Asks a model.

    Args:
        model: a loaded export.
        rows: serialised raw tf.Examples.

    Returns:
        The outputs of its signatures that score examples and that make label and slices.

    Raises:
        ValueError: it answers fewer or more rows than it was asked about.
    """
    inputs = {EXAMPLES_INPUT: tf.constant(rows, tf.string)}
    answers = {}
    for signature in _ASKED:
        for name, tensor in model.signatures[signature](**inputs).items():
            answers[name] = values = tensor.numpy()
            if values.shape[:1] != (len(rows),):
                raise ValueError(f"{signature}: {name} is of shape {values.shape}, not of each row")
    return answers


def row_digest(row: bytes) -> bytes:
    """What the answers to a row are found by."""
    return hashlib.sha256(row).digest()


class KeptAnswers:
    """The answers of one model, kept beside its artifact.

    There they are found by whoever judges the model again or compares another with it, in
    whichever run, and TFX does not delete them when it deletes what a failed step has left.

    Args:
        export: folder of the SavedModel in the model's artifact, local or remote.
    """

    def __init__(self, export: str):
        self._file = f"{os.path.dirname(export.rstrip('/'))}.answers/{_digest(export)}"

    def find(self) -> tuple[dict[bytes, int], Answers]:
        """The place of each row in the answers, by its digest, and the answers.

        Both are empty where there is no file, or one that was not written to its end or has been
        damaged since: answers can always be given again.
        """
        try:
            with open_file(self._file, "rb") as file:
                checksum, content = file.read(_DIGEST_BYTES), file.read()
        except (OSError, tf.errors.OpError):
            return {}, {}
        if checksum != self._checksum(content):
            return {}, {}
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            answers = {name: _unpack(arrays[name]) for name in arrays.files}
        digests = answers.pop(_DIGESTS)
        return {digest.tobytes(): place for place, digest in enumerate(digests)}, answers

    def add(self, new: Iterable[tuple[Sequence[bytes], Answers]]) -> None:
        """Keeps further answers.

        Args:
            new: digests of rows, and the answers to these rows.

        Raises:
            OSError, tf.errors.OpError: the file cannot be written.
        """
        places, known = self.find()
        parts: list[tuple[Sequence[bytes], Answers]] = [(list(places), known)] if places else []
        parts += [(digests, answers) for digests, answers in new]
        digests = [digest for part, _ in parts for digest in part]
        buffer = io.BytesIO()
        np.savez(
            buffer,
            **{_DIGESTS: np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _DIGEST_BYTES)},
            **{
                name: _pack(np.concatenate([answers[name] for _, answers in parts]))
                for name in parts[0][1]
            },
        )
        content = buffer.getvalue()
        tf.io.gfile.makedirs(os.path.dirname(self._file))
        # Should two runs write at once, the checksum tells what became of it.
        with open_file(f"{self._file}.part", "wb") as file:
            file.write(self._checksum(content) + content)
        tf.io.gfile.rename(f"{self._file}.part", self._file, overwrite=True)

    def _checksum(self, content: bytes) -> bytes:
        # With the name in it no file can pass for that of another model.
        return hashlib.sha256(os.path.basename(self._file).encode() + content).digest()


def _digest(export: str) -> str:
    """SHA-256 over an export's files, the versions of what runs it, this module, what it asks."""
    digest = hashlib.sha256(Path(__file__).read_bytes() + repr(_ASKED).encode())
    for library in _LIBRARIES:
        digest.update(f"{library}=={version(library)};".encode())
    paths = (
        os.path.join(folder, name)
        for folder, _, names in tf.io.gfile.walk(export)
        for name in names
    )
    for path in sorted(paths):
        content = hashlib.sha256()
        with open_file(path, "rb") as file:
            while block := file.read(_BLOCK_BYTES):
                content.update(block)
        digest.update(os.path.relpath(path, export).encode() + b"\0" + content.digest())
    return digest.hexdigest()


def _pack(values: np.ndarray) -> np.ndarray:
    return values.astype("S") if values.dtype == object else values


def _unpack(values: np.ndarray) -> np.ndarray:
    return values.astype(object) if values.dtype.kind == "S" else values
