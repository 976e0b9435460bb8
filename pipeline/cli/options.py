"""Options that several commands share, and the settings that they stand for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from components.errors import SettingsError

ProfileOption = Annotated[str, typer.Option("--profile", help="Name of a profile, or a YAML file.")]
DataOption = Annotated[
    list[str] | None,
    typer.Option("--data", help="File of rows, or a glob; may be given again (data.files)."),
]
CheckpointOption = Annotated[
    str | None, typer.Option("--checkpoint", help="Folder or Hub id (checkpoint.source).")
]
DataFilesOption = Annotated[
    list[str],
    typer.Option("--data", help="File of rows, or a glob; may be given again.", show_default=False),
]
RemoteDataOption = Annotated[
    list[str] | None,
    typer.Option("--data", help="gs:// file or glob; may be given again (data.files)."),
]
RemoteCheckpointOption = Annotated[
    str | None, typer.Option("--checkpoint", help="gs:// folder (checkpoint.source).")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Any setting, say trainer.epochs=3."),
]
PastOutputOption = Annotated[
    str | None, typer.Option("--output", help="Output folder; default: the one used last.")
]
RunArgument = Annotated[
    str | None, typer.Argument(metavar="[RUN]", help="As `runs` names it; default: the latest.")
]
RowsOption = Annotated[
    Path | None,
    typer.Option("--file", help="JSON lines, array or table of headlines; - reads standard input."),
]
RevisionOption = Annotated[str | None, typer.Option("--revision", help="Commit of a Hub id.")]


def check_arguments(texts: list[str]) -> list[str]:
    """The texts of a command line.

    Raises:
        SettingsError: one of them is not UTF-8.
    """
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise SettingsError(f"the text {text!r} is not UTF-8") from error
    return texts


def overrides(
    data: list[str] | None = None,
    checkpoint: str | None = None,
    output: str | None = None,
    given: list[str] | None = None,
) -> list[str]:
    """What the options of a command set, as `key=value` texts for `load_settings`."""
    shortcuts = {"data.files": data or None, "checkpoint.source": checkpoint, "output": output}
    # As YAML strings, so that `--data 2022` stays text.
    texts = [
        f"{key}={json.dumps(value, ensure_ascii=False)}"
        for key, value in shortcuts.items()
        if value is not None
    ]
    given = given or []
    if checkpoint is not None:
        # The profile's revision and fingerprint belong to the profile's checkpoint.
        own = {text.partition("=")[0] for text in given}
        pins = {"checkpoint.revision", "checkpoint.fingerprint"} - own
        texts += [f"{key}=null" for key in sorted(pins)]
    return [*texts, *given]
