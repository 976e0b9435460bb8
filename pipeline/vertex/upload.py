"""Copies files to a bucket so that nothing half-copied is ever taken for the whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

import tensorflow as tf

from components import progress
from components.errors import UserError

_BLOCK = 8 << 20
_PART = ".part"


class CopyError(UserError):
    """A file cannot be copied, or another one is in its place."""


def copy_file(source: str, destination: str) -> bool:
    """Copies one file; it has its name only when it is complete.

    Args:
        source: local file.
        destination: local or gs:// path of the copy.

    Returns:
        False where the same file was there already.

    Raises:
        CopyError: another file is there, or the destination cannot be written.
    """
    try:
        if tf.io.gfile.exists(destination):
            if _digest(destination) == _digest(source):
                return False
            raise CopyError(
                f"{destination} is there and differs from {source}; delete it, or name another "
                "place: runs that used it would not be repeatable"
            )
        tf.io.gfile.makedirs(os.path.dirname(destination))
        _copy_blocks(source, destination + _PART)
        tf.io.gfile.rename(destination + _PART, destination)
    except tf.errors.OpError as error:
        raise CopyError(f"cannot write {destination}: {error.message}") from error
    if tf.io.gfile.stat(destination).length != os.path.getsize(source):
        raise CopyError(f"{destination} is not as long as {source}; copy it again")
    return True


def copy_folder(source: str, names: Iterable[str], last: str, destination: str) -> int:
    """Copies files of a folder, one of them last: without it the copy is not taken for complete.

    Args:
        source: local folder.
        names: of the files.
        last: the one without which the folder is of no use.
        destination: folder, local or gs://.

    Returns:
        How many files were copied; those that were there already are not counted.

    Raises:
        CopyError: see `copy_file`.
    """
    ordered = [*sorted(set(names) - {last}), last]
    return sum(copy_file(f"{source}/{name}", f"{destination}/{name}") for name in ordered)


def _copy_blocks(source: str, destination: str) -> None:
    size, copied = os.path.getsize(source), 0
    with open(source, "rb") as read, tf.io.gfile.GFile(destination, "wb") as written:
        while block := read.read(_BLOCK):
            written.write(block)
            copied += len(block)
            done = f"{copied / 1e6:,.0f} of {size / 1e6:,.0f} MB"
            progress.report(f"{os.path.basename(source)} {done}")


def _digest(file: str) -> str:
    digest = hashlib.sha256()
    with tf.io.gfile.GFile(file, "rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
