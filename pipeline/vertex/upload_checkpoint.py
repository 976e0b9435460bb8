"""Copies a checkpoint to a bucket: the files that a run reads, and a manifest of them."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from google.cloud.storage import Blob
from rich.console import Console

from components.checkpoint.files import fingerprint_of_contents, needed_files
from components.checkpoint.manifest import MANIFEST_FILE, Manifest
from components.errors import SettingsError
from pipeline.vertex.upload import CopyError, client, copy_file, explained


def upload_checkpoint(
    source: str, target: str, console: Console, checked: str | None = None
) -> tuple[str, int]:
    """Copies the files that loading the model and its tokenizer needs.

    `config.json` comes last, after the manifest: an interrupted copy is no checkpoint, and the
    same call completes it.

    Args:
        source: local folder with a complete checkpoint.
        target: folder on gs://; what it holds has to be part of this copy.
        console: shows what is being done, file by file.
        checked: what `check_checkpoint` found.

    Returns:
        The fingerprint of contents, and the number of files written.

    Raises:
        SettingsError: `target` holds something else.
        CheckpointError: `source` lacks files.
        CopyError: see `copy_file`; or somebody else changed `target` meanwhile.
    """
    folder = Path(source)
    names = needed_files(folder)
    # A second set of weights, say, would be loaded in place of these.
    if foreign := sorted(_sizes(target, console).keys() - set(names)):
        raise SettingsError(
            f"{target} holds {', '.join(foreign[:5])}, no part of this checkpoint; name a folder "
            "of its own"
        )
    manifest = Manifest(
        fingerprint=fingerprint_of_contents(folder, names),
        sizes={name: (folder / name).stat().st_size for name in sorted(names)},
        checked=checked,
    )
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / MANIFEST_FILE
        listed.write_text(_text(manifest, target, console), encoding="utf-8")
        *others, config = (folder / name for name in names)
        written = 0
        for file in (*others, listed, config):
            new = copy_file(file, f"{target}/{file.name}", console)
            console.print(f"{'copied' if new else 'was there':<9} {file.name}")
            written += new
    if _sizes(target, console) != manifest.sizes:
        raise CopyError(f"{target} was changed meanwhile; the same command tells what differs")
    return manifest.fingerprint, written


def _text(manifest: Manifest, target: str, console: Console) -> str:
    """The manifest that is there, if an earlier version wrote it of the same files; or a new."""
    with explained(target), console.status(f"Reading {target}/{MANIFEST_FILE}"):
        blob = Blob.from_string(f"{target}/{MANIFEST_FILE}", client())
        there = blob.download_as_text() if blob.exists() else ""
    with suppress(ValueError):
        earlier = Manifest.model_validate_json(there)
        if (earlier.fingerprint, earlier.sizes) == (manifest.fingerprint, manifest.sizes):
            return there
    return manifest.model_dump_json(indent=1) + "\n"


def _sizes(target: str, console: Console) -> dict[str, int]:
    """The size of each file in a folder by its name, but for the manifest."""
    with explained(target), console.status(f"Listing {target}"):
        folder = Blob.from_string(f"{target}/", client())
        blobs = client().list_blobs(folder.bucket, prefix=folder.name)
        sizes = {blob.name.removeprefix(folder.name): blob.size for blob in blobs}
    # An empty object with the folder's own name is what TensorFlow leaves where it makes one.
    return {name: size for name, size in sizes.items() if name not in ("", MANIFEST_FILE)}
