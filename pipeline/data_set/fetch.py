"""The News Category Dataset from Kaggle to a file here, whole and checked, or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from components.errors import FailureError, NewscatError, SettingsError, file_error
from components.row_files.raw_row import NoRowsError
from components.row_files.rows import numbered_rows
from pipeline.data_set.kaggle import BY_HAND, download
from pipeline.data_set.versions import Version


def fetch(version: Version, folder: Path) -> tuple[Path, bool]:
    """Fetches a version, unless it is there.

    What arrives lies in a folder of its own beside the file, where an interrupted transfer goes on,
    until its MD5 is that which the service sends and its rows are counted.

    Args:
        version: to fetch.
        folder: to put its file in, which is made.

    Returns:
        The file, and whether it was there already.

    Raises:
        SettingsError: credentials are wrong, another file has its name, or see `file_error`.
        FailureError: the service cannot be reached, has not got it, or sends something else.
    """
    target = folder / version.file
    try:
        if target.exists():
            _check_present(target, version)
            return target, True
        scratch = folder / f".{version.file}.part"
        scratch.mkdir(parents=True, exist_ok=True)
        with _only_one(scratch):
            arrived = download(version, scratch)
            _check_arrived(arrived, version, scratch)
            arrived.replace(target)
            shutil.rmtree(scratch)
    except OSError as error:
        raise file_error(f"--to: cannot write {folder}", error, "name a folder") from error
    return target, False


def count_rows(path: Path) -> int:
    """Lines that are not blank.

    Raises:
        DataError: see `numbered_rows`.
    """
    try:
        with path.open("rb") as file:
            return sum(1 for _ in numbered_rows(file, str(path)))
    except NoRowsError:
        return 0


def _check_present(target: Path, version: Version) -> None:
    rows = count_rows(target) if target.is_file() else 0
    if rows != version.rows:
        raise SettingsError(
            f"--to: {target} is there already, with {rows:,} rows, and version {version.number} "
            f"has {version.rows:,}; move it away, or name another folder"
        )


def _check_arrived(arrived: Path, version: Version, scratch: Path) -> None:
    try:
        rows = count_rows(arrived)
    except NewscatError as error:
        shutil.rmtree(scratch)
        raise FailureError(f"Kaggle sent no rows: {error}") from error
    if rows != version.rows:
        shutil.rmtree(scratch)
        raise FailureError(
            f"Kaggle sent {rows:,} rows as {version.file}, and version {version.number} has "
            f"{version.rows:,}: it was not kept; fetch it again later, {BY_HAND}"
        )


@contextlib.contextmanager
def _only_one(scratch: Path) -> Iterator[None]:
    """Two that write to one file would mix what they write, and each find its own part right."""
    with (scratch / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError(
                f"--to: another fetch is writing to {scratch}; let it end"
            ) from error
        yield
