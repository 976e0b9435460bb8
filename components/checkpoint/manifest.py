"""What `newscat checkpoint copy` leaves beside a copy: its files, and the fingerprint of contents.

A remote folder is not read to take its fingerprint; with the manifest it has the original's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from components.checkpoint.files import fingerprint_of_contents, needed_files
from components.errors import CheckpointError
from components.files import read_text
from components.section import Section

MANIFEST_FILE = "newscat_checkpoint.json"


class Manifest(Section):
    """The contents of the manifest."""

    fingerprint: str
    sizes: Mapping[str, int]
    """Bytes, by name of the file."""
    checked: str | None = None
    """What `check_checkpoint` found of the original; None in manifests of older versions."""


def copied_fingerprint(folder: str, names: Iterable[str]) -> str | None:
    """The fingerprint of contents of a copy; None where it has no manifest.

    Args:
        folder: local or remote.
        names: of the files there.

    Raises:
        CheckpointError: the files are no longer those that were copied.
    """
    present = set(names)
    if MANIFEST_FILE not in present:
        return None
    import tensorflow as tf  # its gfile knows gs://; writing a manifest does without this import

    manifest = _read_manifest(f"{folder}/{MANIFEST_FILE}")
    sizes = {
        name: tf.io.gfile.stat(f"{folder}/{name}").length for name in present - {MANIFEST_FILE}
    }
    differing = sorted(
        name for name in sizes | dict(manifest.sizes) if sizes.get(name) != manifest.sizes.get(name)
    )
    if differing:
        raise CheckpointError(
            f"checkpoint.source: {folder} is not what `newscat checkpoint copy` put there: "
            f"{', '.join(differing)} differ; copy it anew, to an empty folder"
        )
    return manifest.fingerprint


def check_copy(folder: Path) -> None:
    """Returns if a local copy of a folder with a manifest is what the manifest says.

    Raises:
        CheckpointError: it has changed since it was checked, or was cut on its way.
    """
    path = folder / MANIFEST_FILE
    if not path.is_file():
        return
    manifest = _read_manifest(str(path))
    if manifest.fingerprint != fingerprint_of_contents(folder, needed_files(folder)):
        raise CheckpointError(
            f"checkpoint.source: {MANIFEST_FILE} is of other contents than the files beside it; "
            "copy the checkpoint anew with `newscat checkpoint copy`, to an empty folder"
        )


def _read_manifest(path: str) -> Manifest:
    try:
        return Manifest.model_validate(json.loads(read_text(path)))
    except (ValueError, ValidationError) as error:
        raise CheckpointError(f"{path}: not a manifest of `newscat checkpoint copy`") from error
