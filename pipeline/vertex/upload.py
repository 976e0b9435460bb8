"""Copies files to a bucket: each appears only when whole, is checked, and replaces no other."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import google_crc32c
import requests  # type: ignore[import-untyped]
from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud.storage import Blob, Client
from google.resumable_media import DataCorruption
from rich.console import Console

from components.errors import FailureError, SettingsError
from pipeline.terminal.progress_bar import open_shown

_CHUNK_BYTES = 1 << 23
# ValueError is the library's where the service keeps less of a chunk than it was sent.
_FAILURES = (exceptions.GoogleAPIError, GoogleAuthError, DataCorruption, OSError, ValueError)


class CopyError(FailureError):
    """A file could not be copied."""


def copy_file(source: Path, target: str, console: Console) -> bool:
    """Copies one file, unless it is there already.

    Args:
        source: local file.
        target: gs:// address.
        console: shows how far it is.

    Returns:
        Whether anything was written.

    Raises:
        SettingsError: `target` is there with other contents.
        CopyError: it cannot be written, or what arrives is not what was sent.
    """
    size = source.stat().st_size
    with explained(target), open_shown(source, console, transient=True) as stream:
        blob = Blob.from_string(target, client())
        blob.chunk_size = _CHUNK_BYTES
        # Asked first, for the precondition of a large upload is looked at when all of it was sent.
        if not blob.exists():
            with suppress(exceptions.PreconditionFailed):
                blob.upload_from_file(stream, size=size, if_generation_match=0, checksum="crc32c")
                return True
        blob.reload()
        if blob.size == size and blob.crc32c == _crc32c(stream):
            return False
    raise SettingsError(
        f"{target} is there, and differs from {source}; a run may be using it, so nothing "
        "replaces it: give another name"
    )


@functools.cache
def client() -> Client:
    """One client for all files, which needs no project."""
    return Client(project=None)


@contextmanager
def explained(target: str) -> Iterator[None]:
    """Turns what the client library raises into one message with a remedy.

    Raises:
        CopyError: in place of the library's exception.
    """
    try:
        yield
    except _FAILURES as error:
        # A RetryError has what was tried in vain as its cause.
        cause = getattr(error, "cause", None) or error
        raise CopyError(f"{target}: {_explanation(cause)}") from error


def _explanation(error: Exception) -> str:
    if isinstance(error, requests.RequestException | TransportError):
        return f"connection lost ({type(error).__name__}); the same command goes on"
    try:
        reason = str(error.response.json()["error"]["message"])  # type: ignore[attr-defined]
    except (AttributeError, LookupError, TypeError, ValueError):
        reason = str(error)
    reason = reason.rstrip(".")
    if isinstance(error, exceptions.Forbidden | exceptions.Unauthorized | GoogleAuthError):
        return (
            f"{reason} [sign in: `gcloud auth application-default login`, with an account that "
            "has roles/storage.objectAdmin on the bucket]"
        )
    if isinstance(error, exceptions.NotFound):
        return f"{reason} [is the bucket there? `gcloud storage buckets list` tells]"
    return f"{reason}; the same command goes on"


def _crc32c(stream: BinaryIO) -> str:
    """As Cloud Storage writes it."""
    stream.seek(0)
    checksum = google_crc32c.Checksum()
    for _ in checksum.consume(stream, _CHUNK_BYTES):
        pass
    return base64.b64encode(checksum.digest()).decode()
