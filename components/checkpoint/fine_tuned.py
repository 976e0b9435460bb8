"""The fine-tuned checkpoint in Hugging Face format, which a Model artifact holds beside its export.

The next run can start from it, the serving check compares the export with it, and it loads with
`transformers.AutoModelForSequenceClassification.from_pretrained`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable

import tensorflow as tf
from transformers import TFPreTrainedModel

from components.checkpoint.files import TOKENIZER_FILES
from components.files import exists, read_document, write_document

_FOLDER = "checkpoint"
_ORIGIN_FILE, _ORIGIN_FORMAT = "origin.json", 2


def fine_tuned_checkpoint(serving_model_dir: str) -> str:
    """Folder of the checkpoint that belongs to the export in `serving_model_dir`."""
    return os.path.join(os.path.dirname(serving_model_dir.rstrip("/")), _FOLDER)


def write_fine_tuned(
    model: TFPreTrainedModel, source: str, source_fingerprint: str | None, folder: str
) -> None:
    """Writes the model and its tokenizer.

    Args:
        model: the trained classifier, its variables on this host.
        source: local folder of the checkpoint that training started from, with the tokenizer.
        source_fingerprint: of that checkpoint.
        folder: to write; local or remote.
    """
    tf.io.gfile.makedirs(folder)
    _copy(source, (name for name in os.listdir(source) if name in TOKENIZER_FILES), folder)
    with tempfile.TemporaryDirectory() as scratch:
        model.save_pretrained(scratch, safe_serialization=True)
        _copy(scratch, os.listdir(scratch), folder)
    origin = {"fingerprint": source_fingerprint}
    write_document(os.path.join(folder, _ORIGIN_FILE), _ORIGIN_FORMAT, origin)


def _copy(source: str, names: Iterable[str], folder: str) -> None:
    for name in names:
        tf.io.gfile.copy(os.path.join(source, name), os.path.join(folder, name), overwrite=True)


def started_from(folder: str, source_fingerprint: str | None) -> bool:
    """Whether the fine-tuned checkpoint in `folder` was made from the one with that fingerprint."""
    return source_fingerprint is not None and read_origin(folder) == source_fingerprint


def read_origin(folder: str) -> str | None:
    """Fingerprint of the checkpoint that the fine-tuned one was made from; None if not known."""
    origin = os.path.join(folder, _ORIGIN_FILE)
    if not exists(origin):
        return None
    return read_document(origin, _ORIGIN_FORMAT, lambda content: content["fingerprint"])
