"""`newscat checkpoint copy` and `newscat data copy`: what a Vertex run reads, put into a bucket."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from components.checkpoint.resolve import CONFIG_FILE, checkpoint_files, resolve_checkpoint
from components.errors import SettingsError
from components.json_example_gen.rows import ExcludedRow, RowError, parse_row
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.display import RunDisplay, line_width
from pipeline.settings import DataSettings

_SHOWN_ROWS = 3


def copy_checkpoint(source: str, revision: str | None, destination: str) -> None:
    """Copies a checkpoint's files, no pickles among them, and prints its fingerprint.

    Args:
        source: local folder or Hub id.
        revision: of a Hub id.
        destination: folder, local or gs://.

    Raises:
        CheckpointError: see `resolve_checkpoint`.
        CopyError: the destination holds another checkpoint, or cannot be written.
    """
    checkpoint = resolve_checkpoint(source, revision)
    if "://" in checkpoint.folder:
        raise SettingsError(f"{source} is in a bucket already")
    names = checkpoint_files(checkpoint.folder)
    destination = destination.rstrip("/")
    with RunDisplay(_console()) as display:
        display.start("checkpoint")
        from pipeline.vertex.upload import copy_folder

        # The configuration comes last: a folder without it is refused everywhere.
        copied = copy_folder(checkpoint.folder, names, CONFIG_FILE, destination)
        display.finish("done", f"{copied} of {len(names)} files copied, the others were there")
    print(f"--checkpoint {destination} --set checkpoint.fingerprint={checkpoint.fingerprint}")


def copy_data(file: Path, destination: str, optional_classes: list[str]) -> None:
    """Copies a file of rows, after a look at every one of them.

    Args:
        file: JSON lines.
        destination: file, or folder where it ends with a slash; local or gs://.
        optional_classes: see `DataSettings`.

    Raises:
        SettingsError: no such file, or rows in it that a run would stop at.
        CopyError: the destination holds other rows, or cannot be written.
    """
    if destination.endswith("/"):
        destination += file.name
    with RunDisplay(_console()) as display:
        display.start("data")
        rows = _count_rows(file, optional_classes)
        from pipeline.vertex.upload import copy_file

        was_copied = copy_file(str(file), destination)
        outcome = "copied" if was_copied else "there already"
        display.finish("done", f"{rows:,} usable rows, {outcome}")
    print(f"--data {destination}")


def _count_rows(file: Path, optional_classes: list[str]) -> int:
    """Rows that a run would take, or leave out by rule."""
    settings = DataSettings()
    taxonomy = load_taxonomy(settings.taxonomy, optional_classes)
    usable, bad = 0, []
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    usable += not isinstance(parse_row(line, taxonomy), ExcludedRow)
                except RowError as error:
                    bad.append(f"{file}:{number}: {error}")
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    if len(bad) > settings.max_quarantined_fraction * (usable + len(bad)) or not usable:
        shown = "; ".join(bad[:_SHOWN_ROWS]) or "no row at all"
        raise SettingsError(f"{file} has {len(bad):,} rows that a run would not take: {shown}")
    for problem in bad[:_SHOWN_ROWS]:
        print(f"note: a run will quarantine {problem}", file=sys.stderr)
    return usable


def _console() -> Console:
    return Console(highlight=False, width=line_width(sys.stdout))
