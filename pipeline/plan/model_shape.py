"""The shape of the model to plan for; a checkpoint's config.json says it, no weights are needed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from transformers import PretrainedConfig, RobertaConfig

from components.checkpoint.architectures import longest_text
from components.checkpoint.config import read_config
from components.checkpoint.files import CONFIG_FILE, TOKENIZER_FAMILIES
from components.errors import CheckpointError
from pipeline.settings import CheckpointSettings

_SMALL_FILES = [CONFIG_FILE, "tokenizer*.json", "vocab.*", "merges.txt"]


@dataclass(frozen=True)
class ModelShape:
    """What a plan needs to know of a checkpoint.

    Attributes:
        config: layers, widths and vocabulary, with the classes of the run.
        origin: where that is from, for the reader of the plan.
        tokenizer: folder of the checkpoint's tokenizer, or None where it cannot be had.
    """

    config: PretrainedConfig
    origin: str
    tokenizer: str | None

    @property
    def longest_row(self) -> int:
        """Tokens for which the model has positions."""
        return longest_text(self.config)


def find_shape(checkpoint: CheckpointSettings, class_names: Sequence[str]) -> ModelShape:
    """Reads the shape of the checkpoint that the settings name.

    roberta-base's published shape stands in where there is no checkpoint to look at: none is set,
    or it is on the Hub and the Hub cannot be reached. `ModelShape.origin` then says so.

    Raises:
        CheckpointError: a folder without a config.json, and see `read_config`.
    """
    source = checkpoint.source
    folder = source and _find_folder(source, checkpoint.revision)
    if folder is None:
        reason = f"{source} cannot be fetched" if source else "no checkpoint is given"
        shape = ModelShape(_roberta_base(), f"assumed to be roberta-base's, for {reason}", None)
    else:
        tokenizer = folder if _has_tokenizer(Path(folder)) else None
        shape = ModelShape(read_config(folder), f"{CONFIG_FILE} of {source}", tokenizer)
    shape.config.id2label = dict(enumerate(class_names))
    shape.config.label2id = {name: index for index, name in enumerate(class_names)}
    return shape


def _find_folder(source: str, revision: str | None) -> str | None:
    if "://" in source:
        return _copy_small_files(source)
    folder = Path(os.path.expanduser(source))
    if folder.is_dir():
        return str(folder)
    if folder.exists() or source.startswith((".", "/", "~")):
        raise CheckpointError(f"checkpoint.source: {source} is not a folder with a {CONFIG_FILE}")
    try:
        return snapshot_download(source, revision=revision, allow_patterns=_SMALL_FILES)
    except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as error:
        raise CheckpointError(
            f"checkpoint.source: {source} is neither a folder here nor, with revision {revision}, "
            "on the Hub"
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError):
        return None


def _copy_small_files(source: str) -> str:
    import tensorflow as tf  # its gfile knows gs://

    scratch = Path(tempfile.mkdtemp())
    for pattern in _SMALL_FILES:
        for file in tf.io.gfile.glob(f"{source.rstrip('/')}/{pattern}"):
            tf.io.gfile.copy(file, str(scratch / Path(file).name))
    return str(scratch)


def _has_tokenizer(folder: Path) -> bool:
    return any(all((folder / name).is_file() for name in names) for names in TOKENIZER_FAMILIES)


def _roberta_base() -> RobertaConfig:
    """As published: https://huggingface.co/FacebookAI/roberta-base, config.json."""
    return RobertaConfig(
        vocab_size=50_265,
        hidden_size=768,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=3_072,
        max_position_embeddings=514,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
    )
