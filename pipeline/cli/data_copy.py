"""`newscat data copy`: a bucket gets rows, after they were checked as a run would check them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from components.article.fields import TEXT_FIELDS
from components.errors import SettingsError
from components.json_example_gen.check_file import check_file
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.cli.options import ProfileOption, SetOption
from pipeline.terminal.console import progress_console
from pipeline.vertex.address import checked_address


def data_copy(
    file: Annotated[Path, typer.Argument(help="JSON lines, with a category each.")],
    destination: Annotated[str, typer.Argument(help="gs:// file, or folder ending in /.")],
    profile: ProfileOption = "vertex",
    set_: SetOption = None,
    unlabelled: Annotated[
        bool, typer.Option("--unlabelled", help="Rows for batch.files, without a category.")
    ] = False,
) -> None:
    """Check every row as a run would, then copy the file to a bucket."""
    from pipeline.profiles import load_settings

    if not file.is_file():
        raise SettingsError(f"FILE: {file} is no file")
    data = load_settings(profile, set_ or []).data
    target = checked_address(
        f"{destination}{file.name}" if destination.endswith("/") else destination
    )
    if file.suffix != Path(target).suffix:
        raise SettingsError(
            f"DESTINATION: {target} does not end in {file.suffix!r} as {file} does; a run goes "
            "by the ending to decompress it"
        )
    console = progress_console()
    with console.status(f"Checking {file}"):
        taxonomy = load_taxonomy(data.taxonomy, data.optional_classes)
        policy = data.row_policy(TEXT_FIELDS, None if unlabelled else taxonomy)
        counts = check_file(file, policy)
        from pipeline.vertex.upload import copy_file

    excluded = "".join(f", {rows:,} excluded ({name})" for name, rows in counts.excluded.items())
    console.print(
        f"rows      {counts.read:,} read, {counts.accepted:,} accepted, "
        f"{counts.quarantined:,} quarantined{excluded}{counts.note}"
    )
    state = "copied and checked" if copy_file(file, target, console) else "was there already"
    console.print(f"data      {target}: {state}", soft_wrap=True)
    pasted = shlex.quote(target)  # into a shell
    print(f"--set batch.files={pasted}" if unlabelled else f"--data {pasted}")
