"""Copies a checkpoint to a bucket: the files that a run reads, and a manifest of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from components.checkpoint.files import CONFIG_FILE, fingerprint_of_contents, needed_files
from components.checkpoint.manifest import MANIFEST_FILE, Manifest
from components.checkpoint.resolve import resolve_checkpoint
from components.errors import SettingsError
from pipeline.vertex.upload import PART, copy_file, explained

Say = Callable[[str, str], None]


def upload_checkpoint(source: str, target: str, say: Say) -> tuple[str, int]:
    """Copies the files that loading the model and its tokenizer needs.

    `config.json` comes last, after the manifest: an interrupted copy is no checkpoint, and the
    same call completes it.

    Args:
        source: local folder with a complete checkpoint.
        target: folder, local or remote; what it holds has to be part of this copy.
        say: is told what is being done, file by file.

    Returns:
        The fingerprint of contents, and the number of files written.

    Raises:
        SettingsError: `target` holds something else.
        CheckpointError: `source` lacks files.
        CopyError: see `copy_file`.
    """
    folder = Path(source)
    names = needed_files(folder)
    _refuse_others(target, names)
    manifest = Manifest(
        fingerprint=fingerprint_of_contents(folder, names),
        sizes={name: (folder / name).stat().st_size for name in names},
    )
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / MANIFEST_FILE
        listed.write_text(
            json.dumps(manifest.model_dump(), indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        order = [folder / name for name in names if name != CONFIG_FILE]
        written = 0
        for file in (*order, listed, folder / CONFIG_FILE):
            written += _copy(file, target, say)
    with explained(target):
        # As every reader will; sizes are compared with the manifest.
        return resolve_checkpoint(target).fingerprint, written


def _copy(file: Path, target: str, say: Say) -> bool:
    def report(doing: str) -> None:
        say(file.name, f"{doing} {file.stat().st_size / 1e6:,.1f} MB")

    written = copy_file(str(file), f"{target}/{file.name}", report)
    say(file.name, "copied" if written else "was there")
    return written


def _refuse_others(target: str, names: list[str]) -> None:
    """A second set of weights, say, would be loaded in place of these."""
    with explained(target):
        present = set(tf.io.gfile.listdir(target)) if tf.io.gfile.exists(target) else set()
    expected = {*names, MANIFEST_FILE}
    others = sorted(name for name in present if name.removesuffix(PART) not in expected)
    if others:
        raise SettingsError(
            f"{target} holds {', '.join(others[:5])}, no part of this checkpoint; name a folder "
            "of its own"
        )
