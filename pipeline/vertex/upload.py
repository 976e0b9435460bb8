"""Copies files to a bucket: each is read back, appears only when whole, and replaces no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import tensorflow as tf

from components.errors import SettingsError, UserError

PART = ".part"
"""Ending of a file that is not complete."""

_BLOCK_BYTES = 1 << 23
Report = Callable[[str], None]


class CopyError(UserError):
    """A file could not be copied."""


def copy_file(source: str, target: str, report: Report) -> bool:
    """Copies one file, unless it is there already.

    Args:
        source: local file.
        target: local or remote file; its folder is made.
        report: is told what is being done.

    Returns:
        Whether anything was written.

    Raises:
        SettingsError: `target` is there with other contents.
        CopyError: it cannot be written, or what was written is read back differently.
    """
    part = f"{target}{PART}"
    with explained(target):
        try:
            if tf.io.gfile.exists(target):
                check_same(source, target, report)
                return False
            tf.io.gfile.makedirs(target.rpartition("/")[0] or ".")
            report("copying")
            written = _copy(source, part)
            report("reading back")
            if _digest(part) != written:
                raise CopyError(f"{target}: what was read back is not what was written; try again")
            tf.io.gfile.rename(part, target)
        finally:
            with suppress(tf.errors.OpError):
                if tf.io.gfile.exists(part):
                    tf.io.gfile.remove(part)
    return True


def check_same(source: str, target: str, report: Report) -> None:
    """Returns if two files have the same contents.

    Raises:
        SettingsError: they differ, or `target` is a folder.
    """
    report("comparing")
    same = (
        not tf.io.gfile.isdir(target)
        and tf.io.gfile.stat(source).length == tf.io.gfile.stat(target).length
        and _digest(source) == _digest(target)
    )
    if not same:
        raise SettingsError(
            f"{target} is there, and differs from {source}; a run may be using it, so nothing "
            "replaces it: give another name"
        )


@contextmanager
def explained(target: str) -> Iterator[None]:
    """Turns what TensorFlow's file systems raise into one message with a remedy.

    Raises:
        CopyError: in place of TensorFlow's exception.
    """
    try:
        yield
    except (tf.errors.PermissionDeniedError, tf.errors.UnauthenticatedError) as error:
        raise CopyError(
            f"{target}: {error.message} [sign in: `gcloud auth application-default login`, with "
            "an account that has roles/storage.objectAdmin and roles/storage.legacyBucketReader "
            "on the bucket]"
        ) from error
    except tf.errors.NotFoundError as error:
        raise CopyError(
            f"{target}: {error.message} [is the bucket there? `gcloud storage buckets list` tells]"
        ) from error
    except tf.errors.OpError as error:
        raise CopyError(f"{target}: {error.message}; the same command goes on") from error


def _copy(source: str, target: str) -> str:
    """Copies a file; the SHA-256 of what was read."""
    digest = hashlib.sha256()
    with tf.io.gfile.GFile(target, "wb") as stream:
        for block in _blocks(source):
            digest.update(block)
            stream.write(block)
    return digest.hexdigest()


def _digest(file: str) -> str:
    digest = hashlib.sha256()
    for block in _blocks(file):
        digest.update(block)
    return digest.hexdigest()


def _blocks(file: str) -> Iterator[Any]:
    with tf.io.gfile.GFile(file, "rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block
