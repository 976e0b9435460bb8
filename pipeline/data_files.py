"""The data files that settings name: found, and counted where they are on this machine."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from components.errors import SettingsError
from components.file_patterns import escape
from components.json_example_gen.data_files import DataFiles
from components.row_files.local_file import check_regular
from components.row_files.survey import survey_file

_HERE, _BUCKET = "file://", "gs://"


def find_data_files(setting: str, given: Sequence[str]) -> DataFiles:
    """Finds and surveys files, or takes remote patterns as they are.

    Args:
        setting: that names them, for messages.
        given: files, or patterns of files (`*`, `?`, `[...]`, `**`); all of this machine, or all
            remote. A file that is there is no pattern, whatever characters its name has.

    Raises:
        SettingsError: nothing matches, or a pattern cannot be used.
        DataError: see `survey_file`.
    """
    remote = [each for each in given if is_elsewhere(each)]
    if remote and len(remote) < len(given):
        raise SettingsError(
            f"{setting}: {remote[0]} is remote and others are local; copy them to one side"
        )
    for each in remote:
        check_remote(setting, each)
    if remote:
        return DataFiles(remote)
    paths = list(each_once(path for each in given for path in local_files(setting, each)))
    for path in paths:
        if os.fsencode(path).decode("utf-8", "ignore") != path:
            raise SettingsError(f"{setting}: {path}: its name is not UTF-8; rename it")
    return DataFiles([escape(path) for path in paths], [survey_file(path) for path in paths])


def is_elsewhere(path: str) -> bool:
    """Whether it is an address on another machine."""
    return "://" in path and not path.startswith(_HERE)


def check_remote(setting: str, pattern: str) -> None:
    """Refuses a pattern that would mean one thing to TFX's cache and another to who reads.

    Raises:
        SettingsError: it is on no bucket, or has `**` or braces.
    """
    if not pattern.startswith(_BUCKET):
        raise SettingsError(
            f"{setting}: {pattern}: of all addresses those on {_BUCKET} are read; copy it there, "
            "or to this machine"
        )
    for sign, remedy in (("**", "name each folder"), ("{", "give a file or pattern for each")):
        if sign in pattern:
            raise SettingsError(f"{setting}: {pattern}: {sign} is no pattern on a bucket; {remedy}")


def local_files(setting: str, given: str) -> list[str]:
    """Absolute paths of the files that are meant, sorted.

    Raises:
        SettingsError: nothing matches.
        DataError: it is something else than a file.
    """
    if given.startswith(_HERE):
        given = unquote(given.removeprefix(_HERE))
    path = os.path.abspath(os.path.expanduser(given))
    if os.path.exists(path):
        check_regular(path)
        return [path]
    folder = os.path.dirname(path)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    pattern = os.path.join(glob.escape(folder), os.path.relpath(path, folder))
    matches = glob.glob(pattern, recursive=True)
    files = sorted(match for match in matches if not os.path.isdir(match))
    if not files:
        raise SettingsError(
            f"{setting}: no file matches {path}; it takes rows, such as the News Category "
            "Dataset's (`newscat data fetch` gets them)"
        )
    return files


def each_once(paths: Iterable[str]) -> Iterator[str]:
    """Each file once, though several patterns match it, or it has several names."""
    seen = set()
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            yield path  # whoever reads it says why it cannot be
            continue
        key = status.st_dev, status.st_ino
        if key not in seen:
            seen.add(key)
            yield path
