"""Builds the demo's starter checkpoint: a small, untrained RoBERTa in Hugging Face format."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from safetensors.numpy import save_file

from components.article.fields import TEXT_FIELDS
from components.article.row import joined_text, parse_row
from pipeline.demo.starter_tokenizer import save_tokenizer, train_tokenizer
from pipeline.demo.starter_weights import KERNEL_DEVIATION, PAD_ID, RobertaShape, random_weights

VOCABULARY_SIZE = 4000

CHECKPOINT_FILES = (
    "config.json",
    "merges.txt",
    "model.safetensors",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
)


def build_starter_checkpoint(
    folder: str | os.PathLike[str],
    rows_file: str | os.PathLike[str],
    seed: int = 0,
    text_fields: Sequence[str] = TEXT_FIELDS,
) -> Path:
    """Builds the checkpoint.

    1. Train a byte-level BPE on the headlines and descriptions of `rows_file` (JSON lines).
    2. Draw a small RoBERTa's weights from `seed`; nothing here needs TensorFlow or PyTorch.
    3. Move the finished folder into place in one step, so that a folder is whole or absent.

    The same rows and seed give the same bytes.

    Args:
        folder: to make, in place of what is there.
        rows_file: JSON lines.
        seed: of the weights.
        text_fields: that the tokenizer is trained on.

    Returns:
        The folder.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        # A folder inside the private one: it gets the usual permissions, not those of mkdtemp.
        unfinished = Path(scratch) / "checkpoint"
        unfinished.mkdir()
        _write_checkpoint(unfinished, Path(rows_file), seed, text_fields)
        if folder.exists():
            folder.rename(Path(scratch) / "replaced")
        unfinished.rename(folder)
    return folder


def is_complete(folder: str | os.PathLike[str]) -> bool:
    """Tells whether `folder` holds every file of a checkpoint, so that it can be used again."""
    return all((Path(folder) / name).is_file() for name in CHECKPOINT_FILES)


def _write_checkpoint(folder: Path, rows_file: Path, seed: int, text_fields: Sequence[str]) -> None:
    tokenizer = train_tokenizer(_texts(rows_file, text_fields), VOCABULARY_SIZE)
    shape = RobertaShape(vocabulary=tokenizer.get_vocab_size())
    save_tokenizer(tokenizer, folder, shape.max_length)
    (folder / "config.json").write_text(json.dumps(_config(shape), indent=2) + "\n", "utf-8")
    # transformers refuses a safetensors file that does not say which library's names it holds.
    save_file(
        random_weights(shape, seed),
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )


def _texts(rows_file: Path, text_fields: Sequence[str]) -> Iterator[str]:
    with rows_file.open("rb") as lines:
        for line in lines:
            yield joined_text(parse_row(line, text_fields), text_fields)


def _config(shape: RobertaShape) -> dict[str, object]:
    return {
        "architectures": ["RobertaModel"],
        "model_type": "roberta",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": 1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        # What the classification head, which the checkpoint lacks, is drawn with.
        "initializer_range": KERNEL_DEVIATION,
        "layer_norm_eps": 1e-5,
        "position_embedding_type": "absolute",
        "pad_token_id": PAD_ID,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }
