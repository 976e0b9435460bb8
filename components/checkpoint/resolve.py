"""From the `checkpoint` settings to a folder in Hugging Face format, once, before the DAG runs."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from components.checkpoint.files import (
    CONFIG_FILE,
    TOKENIZER_FAMILIES,
    WEIGHT_FILES,
    fingerprint_of_contents,
    needed_files,
)
from components.checkpoint.manifest import check_copy, copied_fingerprint
from components.errors import CheckpointError

_PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_SPLIT_H5 = "tf_model.h5.index.json"
_CONVERT = "convert it with save_pretrained(..., safe_serialization=True)"
_DOWNLOADED = ["*.json", "merges.txt", "vocab.txt", "*.safetensors", "tf_model*.h5"]
_HUB_ID = re.compile(r"^[\w.-]+(/[\w.-]+)?$")


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint folder that has all its files.

    Attributes:
        folder: absolute path or gs:// address.
        source: what the settings named.
        fingerprint: SHA-256 over names and contents of the files it needs; for a Hub id over id and
            commit, and for gs:// over sizes and times where it is no copy with a manifest.
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
    folder = Path(os.path.expanduser(source))
    if folder.is_dir():
        folder = folder.resolve()
        _check_files(source, _list(folder))
        fingerprint = fingerprint_of_contents(folder, needed_files(folder))
        return Checkpoint(str(folder), source, fingerprint)
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


def resolve_tokenizer(source: str, revision: str | None = None) -> str:
    """The folder of a checkpoint's tokenizer; unlike a checkpoint it needs no weights.

    Raises:
        CheckpointError: a Hub id that cannot be resolved.
    """
    folder = Path(os.path.expanduser(source))
    return (
        str(folder)
        if folder.is_dir() or "://" in source
        else resolve_checkpoint(source, revision).folder
    )


def _resolve_remote(source: str) -> Checkpoint:
    import tensorflow as tf  # its gfile knows gs://; local folders do without this import

    folder = source.rstrip("/")
    try:
        names = sorted(tf.io.gfile.listdir(source))
    except tf.errors.OpError as error:
        raise CheckpointError(
            f"checkpoint.source: cannot list {source}: {error.message}"
        ) from error
    _check_files(source, set(names))
    if (copied := copied_fingerprint(folder, names)) is not None:
        return Checkpoint(folder, source, copied)
    digest = hashlib.sha256()
    for name in names:
        status = tf.io.gfile.stat(f"{folder}/{name}")
        digest.update(f"{name}:{status.length}:{status.mtime_nsec};".encode())
    return Checkpoint(folder, source, digest.hexdigest())


def _list(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))
    except OSError as error:
        raise CheckpointError(
            f"checkpoint.source: {folder} cannot be read: {error.strerror}"
        ) from error


def _check_files(source: str, names: set[str]) -> None:
    if CONFIG_FILE not in names:
        raise CheckpointError(f"checkpoint.source: {source} has no {CONFIG_FILE}")
    if not any(names.issuperset(files) for files in TOKENIZER_FAMILIES):
        raise CheckpointError(
            f"checkpoint.source: {source} has no tokenizer to compile (tokenizer.json, or "
            "vocab.json and merges.txt); any other gets a tokenizer.json from "
            "AutoTokenizer.from_pretrained(folder).save_pretrained(folder)"
        )
    if not names.intersection(WEIGHT_FILES):
        if names.intersection(_PICKLES):
            reason = f"has its weights only as a pickle, which can run code when loaded; {_CONVERT}"
        elif _SPLIT_H5 in names:
            reason = f"has its weights in several .h5 files, which are not read; {_CONVERT}"
        else:
            reason = f"has no weights ({', '.join(WEIGHT_FILES)})"
        raise CheckpointError(f"checkpoint.source: {source} {reason}")


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
    _check_files(source, _list(Path(folder)))
    needed_files(Path(folder))
    # The commit names the contents.
    return Checkpoint(folder, source, hashlib.sha256(f"{source}@{revision}".encode()).hexdigest())


def localize(folder: str, scratch: str) -> str:
    """A local folder with the checkpoint's files: itself, or `scratch` with a gs:// one's copy.

    Raises:
        CheckpointError: see `check_copy`.
    """
    if "://" not in folder:
        return folder
    import tensorflow as tf

    os.makedirs(scratch, exist_ok=True)
    for name in tf.io.gfile.listdir(folder):
        if not name.endswith("/"):
            tf.io.gfile.copy(f"{folder}/{name}", os.path.join(scratch, name), overwrite=True)
    check_copy(Path(scratch))
    return scratch
