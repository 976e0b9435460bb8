"""From the `checkpoint` settings to a folder in Hugging Face format, once, before the DAG runs."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from components.errors import CheckpointError

CONFIG_FILE = "config.json"
WEIGHT_FILES = ("model.safetensors", "model.safetensors.index.json", "tf_model.h5")
TOKENIZER_FILES = (("tokenizer.json",), ("vocab.json", "merges.txt"))
_PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_DOWNLOADED = ["*.json", "merges.txt", "vocab.txt", "*.safetensors", "tf_model*.h5"]
_HUB_ID = re.compile(r"^[\w.-]+(/[\w.-]+)?$")


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint folder that has all its files.

    Attributes:
        folder: absolute path or gs:// address.
        source: what the settings named.
        fingerprint: SHA-256 over names and contents (for gs:// sizes and times) of its files.
    """

    folder: str
    source: str
    fingerprint: str


def resolve_checkpoint(source: str, revision: str | None = None) -> Checkpoint:
    """Finds a checkpoint; a Hub id is downloaded, with progress, and resumed where interrupted.

    Args:
        source: a local folder, a gs:// folder, or an id on the Hugging Face Hub.
        revision: the commit of a Hub id. Without one a run could not be repeated.

    Raises:
        CheckpointError: there is no such checkpoint, it lacks files, or its weights are only
            there as pickles, which can run code when loaded.
    """
    if "://" in source:
        return _resolve_remote(source)
    folder = Path(source).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        _check_files(source, set(os.listdir(folder)))
        return Checkpoint(str(folder), source, _fingerprint_of_contents(folder))
    if folder.exists() or source.startswith((".", "/", "~")) or not _HUB_ID.match(source):
        raise CheckpointError(
            f"checkpoint.source: {source} is not a folder; name one in Hugging Face format "
            "(config.json, tokenizer.json, model.safetensors) or an id on the Hub"
        )
    if revision is None:
        raise CheckpointError(
            f"checkpoint.source: there is no folder {source!r} here, and as an id on the Hub it "
            "needs checkpoint.revision, the commit to take, so that the run can be repeated"
        )
    return _download(source, revision)


def checkpoint_files(folder: str) -> list[str]:
    """Names of the files in a local folder that a run reads; pickles are none of them."""
    return [
        name
        for name in sorted(os.listdir(folder))
        if any(fnmatch(name, pattern) for pattern in _DOWNLOADED)
        and os.path.isfile(os.path.join(folder, name))
    ]


def resolve_tokenizer(source: str, revision: str | None = None) -> str:
    """The folder of a checkpoint's tokenizer; unlike a checkpoint it needs no weights.

    Raises:
        CheckpointError: a Hub id that cannot be resolved.
    """
    folder = Path(source).expanduser()
    return (
        str(folder)
        if folder.is_dir() or "://" in source
        else resolve_checkpoint(source, revision).folder
    )


def _resolve_remote(source: str) -> Checkpoint:
    import tensorflow as tf  # its gfile knows gs://; local folders do without this import

    try:
        names = sorted(tf.io.gfile.listdir(source))
    except tf.errors.OpError as error:
        raise CheckpointError(
            f"checkpoint.source: cannot list {source}: {error.message}"
        ) from error
    _check_files(source, set(names))
    digest = hashlib.sha256()
    for name in names:
        status = tf.io.gfile.stat(f"{source}/{name}")
        digest.update(f"{name}:{status.length}:{status.mtime_nsec};".encode())
    return Checkpoint(source.rstrip("/"), source, digest.hexdigest())


def _check_files(source: str, names: set[str]) -> None:
    if CONFIG_FILE not in names:
        raise CheckpointError(f"checkpoint.source: {source} has no {CONFIG_FILE}")
    if not any(names.issuperset(files) for files in TOKENIZER_FILES) and "vocab.txt" not in names:
        raise CheckpointError(
            f"checkpoint.source: {source} has no tokenizer "
            "(tokenizer.json, or vocab.json and merges.txt)"
        )
    if not names.intersection(WEIGHT_FILES):
        only_pickles = names.intersection(_PICKLES)
        reason = (
            "has its weights only as a pickle, which can run code when loaded; convert it with "
            "save_pretrained(..., safe_serialization=True)"
            if only_pickles
            else f"has no weights ({', '.join(WEIGHT_FILES)})"
        )
        raise CheckpointError(f"checkpoint.source: {source} {reason}")


def _fingerprint_of_contents(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(f"{file.name}:{file.stat().st_size};".encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _download(source: str, revision: str) -> Checkpoint:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        folder = snapshot_download(source, revision=revision, allow_patterns=_DOWNLOADED)
    except RevisionNotFoundError as error:
        raise CheckpointError(
            f"checkpoint.revision: {source} has no revision {revision}"
        ) from error
    except RepositoryNotFoundError as error:
        raise CheckpointError(
            f"checkpoint.source: {source} is neither a folder here nor on the Hub "
            "(for a private repository, set HF_TOKEN)"
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise CheckpointError(
            f"checkpoint.source: {source} could not be fetched from the Hub "
            f"({type(error).__name__}); try again, or download it elsewhere and give its folder "
            "with --checkpoint"
        ) from error
    _check_files(source, set(os.listdir(folder)))
    # The commit names the contents, so there is no need to read half a gigabyte again.
    return Checkpoint(folder, source, hashlib.sha256(f"{source}@{revision}".encode()).hexdigest())


def localize(folder: str, scratch: str) -> str:
    """A local folder with the checkpoint's files: itself, or `scratch` with a gs:// one's copy."""
    if "://" not in folder:
        return folder
    import tensorflow as tf

    os.makedirs(scratch, exist_ok=True)
    for name in tf.io.gfile.listdir(folder):
        if not name.endswith("/"):
            tf.io.gfile.copy(f"{folder}/{name}", os.path.join(scratch, name), overwrite=True)
    return scratch
