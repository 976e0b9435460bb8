"""`newscat checkpoint copy`: a bucket gets the files of a checkpoint that a run reads."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from components.checkpoint.resolve import resolve_checkpoint
from components.errors import SettingsError
from pipeline.cli.options import RevisionOption
from pipeline.terminal.console import progress_console
from pipeline.vertex.address import checked_address


def checkpoint_copy(
    source: Annotated[str, typer.Argument(help="Folder or Hub id.", show_default=False)],
    destination: Annotated[str, typer.Argument(help="gs:// folder.", show_default=False)],
    revision: RevisionOption = None,
) -> None:
    """Check a checkpoint, copy it to a bucket, and print the options that name and pin it.

    Only the files that a run reads. What is there already stays, and what differs is refused.
    """
    if "://" in source:
        raise SettingsError(f"SOURCE: {source} is remote; give a local folder or a Hub id")
    target = checked_address(destination).rstrip("/")
    console = progress_console()
    with console.status("Finding and checking the checkpoint"):
        folder = resolve_checkpoint(source, revision).folder
        from components.checkpoint.check import check_checkpoint, check_files
        from pipeline.vertex.upload_checkpoint import upload_checkpoint

        check_files(folder)  # at once; the rest takes TensorFlow
        checked = check_checkpoint(folder)
    console.print(f"checked     {checked}", soft_wrap=True)
    fingerprint, written = upload_checkpoint(folder, target, console, checked)
    what = f"{written} files copied and checked" if written else "all of it was there"
    console.print(f"checkpoint  {target}: {what}", soft_wrap=True)
    pin = f"--set checkpoint.fingerprint={fingerprint}"
    print(f"--checkpoint {shlex.quote(target)} {pin}")  # to be pasted into a shell
