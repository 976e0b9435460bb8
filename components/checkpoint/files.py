"""Which files of a folder in Hugging Face format are the checkpoint, and their fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from components.errors import CheckpointError

CONFIG_FILE = "config.json"
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
)
TOKENIZER_FAMILIES = (("tokenizer.json",), ("vocab.json", "merges.txt"))
"""Files that a tokenizer can be compiled from; WordPiece needs its tokenizer.json."""

# In the order in which transformers looks for them.
WEIGHT_FILES = ("model.safetensors", "model.safetensors.index.json", "tf_model.h5")
_INDEX = ".index.json"
_BLOCK_BYTES = 1 << 20


def needed_files(folder: Path) -> list[str]:
    """The files that loading a model and its tokenizer reads: no pickles, no second set of weights.

    Args:
        folder: with a complete checkpoint, see `resolve_checkpoint`.

    Returns:
        Their names, `config.json` last: without it nothing takes a folder for a checkpoint.

    Raises:
        CheckpointError: an index names weights that are not there.
    """
    names = [name for name in TOKENIZER_FILES if (folder / name).is_file()]
    weights = next(name for name in WEIGHT_FILES if (folder / name).is_file())
    shards = _read_shards(folder / weights) if weights.endswith(_INDEX) else []
    return [*shards, weights, *names, CONFIG_FILE]


def _read_shards(index: Path) -> list[str]:
    try:
        document = json.loads(index.read_text(encoding="utf-8"))
        shards = sorted(set(document["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{index}: not an index of weights ({error!r})") from error
    for shard in shards:
        # A name only: an index has no say over files elsewhere.
        if Path(shard).name != shard or not (index.parent / shard).is_file():
            raise CheckpointError(f"{index}: names {shard}, which is not in the folder")
    return shards


def fingerprint_of_contents(folder: Path, names: Iterable[str]) -> str:
    """SHA-256 over names, sizes and contents of the named files of a local folder."""
    digest = hashlib.sha256()
    for file in sorted(folder / name for name in names):
        digest.update(f"{file.name}:{file.stat().st_size};".encode())
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()
