"""What `newscat checkpoint copy` leaves beside a copy: its files, and the fingerprint of contents.

A remote folder is not read to take its fingerprint; with the manifest it has the original's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from components.errors import CheckpointError
from components.files import read_text
from components.section import Section

MANIFEST_FILE = "newscat_checkpoint.json"


class Manifest(Section):
    """The contents of the manifest."""

    fingerprint: str
    sizes: Mapping[str, int]
    """Bytes, by name of the file."""


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

    path = f"{folder}/{MANIFEST_FILE}"
    try:
        manifest = Manifest.model_validate(json.loads(read_text(path)))
    except (ValueError, ValidationError) as error:
        raise CheckpointError(f"{path}: not a manifest of `newscat checkpoint copy`") from error
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
