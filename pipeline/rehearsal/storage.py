"""gs:// mapped to folders: the compiled file as it is, but for where its buckets are."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.checkpoint.check import check_files
from components.checkpoint.resolve import resolve_checkpoint
from components.errors import SettingsError

_REMOTE = "gs://"


def map_buckets(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The document with every gs://BUCKET/... in its texts below `folder`/BUCKET/..."""
    text = json.dumps(document)
    return json.loads(text.replace(_REMOTE, json.dumps(f"{folder}/")[1:-1]))


def place_data(files: Path, input_base: str, pattern: str) -> None:
    """Puts a data file where the mapped job looks for it.

    Args:
        files: of the user, one JSON-lines file.
        input_base: mapped folder.
        pattern: that the job matches files with.

    Raises:
        SettingsError: there is no such file.
    """
    if not files.is_file():
        raise SettingsError(f"--data: {files} is no file")
    _link(files, Path(input_base) / pattern.replace("*", "rehearsal").replace("?", "x"))


def place_checkpoint(checkpoint: Path, source: str) -> None:
    """Puts a checkpoint where the mapped job looks for it.

    Raises:
        CheckpointError: see `resolve_checkpoint` and `check_files`.
    """
    check_files(resolve_checkpoint(f"{checkpoint.absolute()}").folder)
    _link(checkpoint, Path(source))


def _link(target: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(link):
        link.unlink()
    link.symlink_to(target.resolve())
