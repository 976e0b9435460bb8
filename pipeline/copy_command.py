"""`newscat checkpoint copy` and `newscat data copy`: a bucket gets what a run reads."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from components.checkpoint.resolve import resolve_checkpoint
from components.errors import SettingsError
from components.json_example_gen.check_file import check_file
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.display import line_width
from pipeline.profiles import load_settings


def copy_checkpoint(source: str, revision: str | None, target: str) -> None:
    """Copies a checkpoint and prints its fingerprint.

    Args:
        source: local folder, or Hub id.
        revision: commit of a Hub id.
        target: folder, gs:// or local.

    Raises:
        UserError: see `resolve_checkpoint` and `upload_checkpoint`.
    """
    if "://" in source:
        raise SettingsError(f"SOURCE: {source} is remote; give a local folder or a Hub id")
    target = _checked_target(target).rstrip("/")
    console = _console()
    with console.status("Finding the checkpoint"):
        folder = resolve_checkpoint(source, revision).folder
    with console.status("Loading TensorFlow") as status:
        from pipeline.vertex.upload_checkpoint import upload_checkpoint

        def say(name: str, state: str) -> None:
            status.update(f"{name}: {state}")
            if state in ("copied", "was there"):
                console.print(f"{state:<9} {name}")

        fingerprint, written = upload_checkpoint(folder, target, say)
    what = f"{written} files copied and read back" if written else "all of it was there"
    console.print(f"checkpoint  {target}: {what}", soft_wrap=True)
    print(f"--checkpoint {target} --set checkpoint.fingerprint={fingerprint}")


def copy_data(
    source: Path, target: str, profile: str, overrides: Iterable[str], unlabelled: bool
) -> None:
    """Checks the rows as a run would, copies the file, and says what is in it.

    Args:
        source: JSON lines.
        target: file; or a folder, with a slash at its end.
        profile: whose section `data` says which rows are bad, and how many may be.
        overrides: see `load_settings`.
        unlabelled: whether it is for `batch.files`, whose rows need no category.

    Raises:
        UserError: a file that a run would refuse, or see `copy_file`.
    """
    if not source.is_file():
        raise SettingsError(f"FILE: {source} is no file")
    data = load_settings(profile, overrides).data
    target = _checked_target(target)
    target = f"{target}{source.name}" if target.endswith("/") else target
    if source.suffix != Path(target).suffix:
        raise SettingsError(
            f"DESTINATION: {target} does not end in {source.suffix!r} as {source} does; a run goes "
            "by the ending to decompress it"
        )
    console = _console()
    with console.status(f"Checking {source}") as status:
        counts = check_file(
            source,
            None if unlabelled else load_taxonomy(data.taxonomy, data.optional_classes),
            "quarantine" if unlabelled else data.unknown_category,
            data.max_quarantined_fraction,
        )
        excluded = "".join(
            f", {rows:,} excluded ({name})" for name, rows in counts.excluded.items()
        )
        console.print(
            f"rows      {counts.read:,} read, {counts.accepted:,} accepted, "
            f"{counts.quarantined:,} quarantined{excluded}"
        )
        status.update("Loading TensorFlow")
        from pipeline.vertex.upload import copy_file

        written = copy_file(
            str(source), target, lambda doing: status.update(f"{source.name}: {doing}")
        )
    state = "copied and read back" if written else "was there already"
    console.print(f"data      {target}: {state}", soft_wrap=True)
    print(f"--set batch.files={target}" if unlabelled else f"--data {target}")


def _checked_target(target: str) -> str:
    if "://" in target and target.count("/") < 3:
        raise SettingsError(f"DESTINATION: {target} is a bucket; name a place in it")
    return target


def _console() -> Console:
    """Progress goes to standard error: standard output is the options to give next."""
    return Console(stderr=True, highlight=False, width=line_width(sys.stderr))
