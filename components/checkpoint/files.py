"""Which files of a folder in Hugging Face format are the checkpoint, and their fingerprint."""

from __future__ import annotations

import hashlib
import json
import os
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
INDEX = ".index.json"
_BLOCK_BYTES = 1 << 20
_MOST_BYTES_OF_TEXT = 1 << 28
_GIT_LFS = b"version https://git-lfs"


def weights_file(folder: Path) -> str:
    """Name of the weights, or of their index, that transformers loads from a complete folder."""
    return next(name for name in WEIGHT_FILES if os.path.lexists(folder / name))


def needed_files(folder: str | Path) -> list[str]:
    """The files that loading a model and its tokenizer reads: no pickles, no second set of weights.

    Args:
        folder: with a complete checkpoint, see `resolve_checkpoint`.

    Returns:
        Their names, `config.json` last: without it nothing takes a folder for a checkpoint.

    Raises:
        CheckpointError: an index names weights that are not there, or one of the files is none
            of the folder's own, or not what its name says.
    """
    folder = Path(folder)
    names = [name for name in TOKENIZER_FILES if os.path.lexists(folder / name)]
    weights = weights_file(folder)
    check_file(folder / weights)
    shards = sorted(set(read_index(folder / weights).values())) if weights.endswith(INDEX) else []
    needed = [*shards, weights, *names, CONFIG_FILE]
    for name in needed:
        check_file(folder / name)
    return needed


def check_file(file: Path) -> None:
    """Returns if a file is itself in its folder, or in the Hub's cache that made the folder.

    Raises:
        CheckpointError: see `needed_files`.
    """
    target, folder = (Path(os.path.realpath(path)) for path in (file, file.parent))
    # Of a snapshot in the Hub's cache, all files are links to the blobs beside the snapshots.
    is_snapshot = folder.parent.name == "snapshots"
    homes = [folder, folder.parent.parent / "blobs"] if is_snapshot else [folder]
    if target.parent not in homes:
        raise CheckpointError(
            f"{file}: is a link to {target}, out of the checkpoint; put the file itself there"
        )
    if not target.exists():
        raise CheckpointError(f"checkpoint.source: {file.parent} has no {file.name}")
    if not target.is_file():
        raise CheckpointError(f"{file}: is no file")
    try:
        with target.open("rb") as stream:
            is_pointer = stream.read(len(_GIT_LFS)) == _GIT_LFS
    except OSError as error:
        raise CheckpointError(f"{file}: cannot be read: {error.strerror}") from error
    if not target.stat().st_size:
        raise CheckpointError(f"{file}: is empty; fetch it anew")
    if is_pointer:
        raise CheckpointError(
            f"{file}: is a pointer of Git LFS in place of the file; `git lfs pull` fetches it"
        )
    if not file.name.endswith((".safetensors", ".h5")) and (
        target.stat().st_size > _MOST_BYTES_OF_TEXT
    ):
        raise CheckpointError(f"{file}: is larger than 256 MiB, which no such file is")


def read_index(index: Path) -> dict[str, str]:
    """The file of each tensor, as an index of weights lists them.

    Raises:
        CheckpointError: it is no index, or one of them is not beside it.
    """
    try:
        document = json.loads(index.read_text(encoding="utf-8"))
        file_of = dict(document["weight_map"])
        shards = sorted(set(file_of.values()))
        is_index = isinstance(document["metadata"], dict) and bool(shards)
        is_index = is_index and all(isinstance(shard, str) for shard in shards)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{index}: not an index of weights ({error!r})") from error
    if not is_index:
        raise CheckpointError(f"{index}: not an index of weights")
    for shard in shards:
        # A name only: an index has no say over files elsewhere.
        if Path(shard).name != shard or not (index.parent / shard).is_file():
            raise CheckpointError(f"{index}: names {shard}, which is not in the folder")
    return file_of


def fingerprint_of_contents(folder: str | Path, names: Iterable[str]) -> str:
    """SHA-256 over names, sizes and contents of the named files of a local folder."""
    digest = hashlib.sha256()
    for file in sorted(Path(folder) / name for name in names):
        digest.update(f"{file.name}:{file.stat().st_size};".encode())
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()
