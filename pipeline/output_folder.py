"""The output folder of a command, tried before anything long begins."""

from __future__ import annotations

import os
import tempfile

from components.errors import SettingsError, file_error
from components.printable import printable
from components.run_records import check_database
from pipeline.layout import OutputLayout

# SQLite opens no path of more than 504 bytes, and ML Metadata's file is below the folder.
_LONGEST = 480
# TFX and Beam match the files of an artifact by patterns in which its folder stands as it is.
_PATTERN_CHARACTERS = "*?[\\"


def check_output(output: str) -> str:
    """Tries whether a folder can be made, if need be, and written to; leaves nothing there.

    Args:
        output: of a command on this machine.

    Returns:
        Its absolute path.

    Raises:
        SettingsError: it cannot be used.
        FailureError: the disk is full, or fails.
    """
    if "://" in output:
        raise SettingsError(f"output: {output} is remote; name a folder of this machine")
    path = os.path.abspath(os.path.expanduser(output))
    if path != printable(path):
        raise SettingsError(f"output: {printable(path)} has control characters; give another name")
    if found := set(path).intersection(_PATTERN_CHARACTERS):
        raise SettingsError(
            f"output: {path} has {' '.join(sorted(found))}, which TFX would take for a pattern; "
            "give another name"
        )
    if len(os.fsencode(path)) > _LONGEST:
        raise SettingsError(
            f"output: {path} is longer than {_LONGEST} bytes, too long for what lies below it; "
            "give a shorter one"
        )
    _check_parts(path)
    if os.path.isfile(database := OutputLayout(path).metadata):
        check_database(database)
    _try(path)
    return path


def _check_parts(path: str) -> None:
    """What is there of a folder is a folder, up to the root and down to what a run writes into."""
    layout = OutputLayout(path)
    folders = [layout.artifacts, layout.serving, layout.logs, layout.inputs]
    for part in [*_ancestors(path), path, *folders]:
        if os.path.lexists(part) and not os.path.isdir(part):
            raise SettingsError(f"output: {part} is there, and is no folder; give another --output")
        if os.path.isdir(part) and not os.access(part, os.X_OK):
            raise SettingsError(f"output: {part} is not yours to enter; give another --output")
    for folder in (path, *folders):
        if os.path.isdir(folder) and not os.access(folder, os.W_OK):
            raise SettingsError(f"output: {folder} is not yours to write to; give another --output")


def _ancestors(path: str) -> list[str]:
    """From the root down, without the path itself."""
    parent = os.path.dirname(path)
    return [] if parent == path else [*_ancestors(parent), parent]


def _try(path: str) -> None:
    there = next(p for p in reversed([*_ancestors(path), path]) if os.path.isdir(p))
    try:
        with tempfile.TemporaryDirectory(prefix=".newscat-", dir=there) as scratch:
            folder = os.path.join(scratch, os.path.relpath(path, there))
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, "file"), "wb") as file:
                file.write(bytes(4096))
    except OSError as error:
        problem = f"output: cannot write to {path}"
        raise file_error(problem, error, "give another --output") from error
