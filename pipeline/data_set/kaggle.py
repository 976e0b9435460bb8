"""Kaggle's client library, held to what it promises: a whole file with the right MD5, or none."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from rich.progress import DownloadColumn, Progress

from components.errors import FailureError, NewscatError, SettingsError, file_error
from components.printable import reason
from pipeline.data_set.versions import HANDLE, PAGE, Version
from pipeline.terminal.console import progress_console

BY_HAND = f"or fetch it elsewhere from {PAGE} and give it with --data"
_CREDENTIALS = (
    "set KAGGLE_USERNAME and KAGGLE_KEY, or put the kaggle.json that 'Create New Token' in the "
    "settings of your Kaggle account gives into ~/.kaggle/, readable by you alone (chmod 600)"
)
_CHUNK = 1 << 18


class _NotResumedError(Exception):
    """The service does not go on where an earlier attempt ended."""


def download(version: Version, scratch: Path) -> Path:
    """Fetches the file of a version, or the rest of it.

    Where what an earlier attempt left is wrong, it is begun anew.

    Args:
        version: to fetch.
        scratch: folder of its own, in which an interrupted transfer is kept.

    Returns:
        The file, somewhere in that folder; its MD5 is that which the service has sent, if any.

    Raises:
        SettingsError: credentials are wrong or cannot be read.
        FailureError: the service cannot be reached, has not got it, or sent something else.
        OSError: the file cannot be written.
    """
    _check_pair("KAGGLE_USERNAME", "KAGGLE_KEY")
    with _settings_of_the_library(scratch):
        from kagglehub.exceptions import DataCorruptionError
        from requests.exceptions import RequestException  # type: ignore[import-untyped]

        is_resumed = _prepare_to_resume(scratch, version.file)
        try:
            try:
                return _ask_library(version)
            except (DataCorruptionError, _NotResumedError):
                if not is_resumed:
                    raise
                _forget(scratch, version.file)
                return _ask_library(version)
        except DataCorruptionError as error:
            raise FailureError(
                f"{version.file} arrived with another MD5 than Kaggle sent with it; fetch it again"
            ) from error
        except (ValueError, TypeError) as error:  # of kaggle.json, or of an address
            raise SettingsError(f"Kaggle's credentials or address: {reason(error)}") from error
        except RequestException as error:
            raise _explain(error, version, scratch) from error
        except PermissionError as error:
            if str(error.filename).startswith(str(scratch)):
                raise
            raise file_error(f"cannot read {error.filename}", error, _CREDENTIALS) from error


def _ask_library(version: Version) -> Path:
    import kagglehub
    from kagglehub import clients

    logging.getLogger("kagglehub").handlers.clear()  # it writes to standard output
    clients._download_file = _write_body
    return Path(kagglehub.dataset_download(f"{HANDLE}/versions/{version.number}", version.file))


def _write_body(response: Any, path: str, start: int, total: int | None, digest: Any) -> None:
    """Writes what arrives.

    The library's own function takes a body that ends too early for a whole one, whose MD5 is wrong,
    and removes what could be gone on from; and appends whatever answers the request for the rest.

    Args:
        response: with the body, from a byte on.
        path: of the file, which has that many bytes.
        start: number of the byte.
        total: bytes of the whole file, if it is known.
        digest: to be updated, if there is one to compare with.
    """
    if start and response.status_code != HTTPStatus.PARTIAL_CONTENT:
        raise _NotResumedError
    from requests.exceptions import ConnectionError as LostConnectionError

    with open(path, "ab" if start else "wb") as file:
        for chunk in _shown(response.iter_content(_CHUNK), start, total):
            file.write(chunk)
            if digest:
                digest.update(chunk)
            start += len(chunk)
    if total is not None and start != total:
        raise LostConnectionError(f"{start:,} of {total:,} bytes")


def _shown(chunks: Iterator[bytes], start: int, total: int | None) -> Iterator[bytes]:
    """The chunks, with a progress bar on a terminal; even a disabled one leaves an empty line."""
    console = progress_console()
    if not console.is_interactive:
        yield from chunks
        return
    columns = (*Progress.get_default_columns(), DownloadColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Fetching", total=total, completed=start)
        for chunk in chunks:
            yield chunk
            bar.advance(task, len(chunk))


def _check_pair(user: str, key: str) -> None:
    """The library would take half of them for none, and ask as nobody."""
    if bool(os.environ.get(user)) != bool(os.environ.get(key)):
        raise SettingsError(f"one of {user} and {key} is set; set both, or none")


@contextmanager
def _settings_of_the_library(scratch: Path) -> Iterator[None]:
    given = {
        "KAGGLEHUB_CACHE": str(scratch.absolute()),
        # What a notebook has mounted is of no use here.
        "DISABLE_KAGGLE_CACHE": "true",
        "DISABLE_COLAB_CACHE": "true",
    }
    kept = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in kept.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _prepare_to_resume(scratch: Path, file: str) -> bool:
    """Makes the library look at all that an earlier attempt left; says whether it left anything.

    The library takes a file of full size for right, and one with a marker as well. Without its last
    byte and the marker, it fetches the rest and compares the MD5 of all.
    """
    left = [path for path in scratch.rglob(f"{file}*") if path.is_file()]
    if any(path.name == f"{file}.zip" for path in left):  # which was being unpacked
        _forget(scratch, file)
    for path in scratch.rglob(f"{file}*"):
        if path.name != file:
            path.unlink()
        elif size := path.stat().st_size:
            os.truncate(path, size - 1)
    return bool(left)


def _forget(scratch: Path, file: str) -> None:
    for path in scratch.rglob(f"{file}*"):
        path.unlink()


def _explain(error: Exception, version: Version, scratch: Path) -> NewscatError:
    response = getattr(error, "response", None)
    if response is None:
        arrived = sum(path.stat().st_size for path in scratch.rglob(version.file))
        if arrived:
            return FailureError(
                f"the connection to Kaggle was lost after {arrived / 1e6:,.1f} MB "
                f"({type(error).__name__}); the same command goes on from there"
            )
        shutil.rmtree(scratch)
        return FailureError(
            f"Kaggle cannot be reached ({type(error).__name__}); is there a network, or a proxy to "
            f"be named in HTTPS_PROXY? Try again, {BY_HAND}"
        )
    shutil.rmtree(scratch)
    status = response.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return SettingsError(f"Kaggle refuses the credentials ({status}); {_CREDENTIALS}")
    if status == HTTPStatus.NOT_FOUND:
        return FailureError(
            f"Kaggle has no {version.file} in version {version.number} of {HANDLE} ({status}); "
            f"{PAGE} shows what it has"
        )
    return FailureError(f"Kaggle answers {status} {response.reason}; try again later, {BY_HAND}")
