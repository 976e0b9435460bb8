"""`newscat taxonomy init`: a taxonomy of one's own to edit, from the categories of the data."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from components.preprocessing.taxonomy import load_taxonomy
from pipeline.cli.options import DataFilesOption, ProfileOption, SetOption
from pipeline.data_set.category_counts import count_categories
from pipeline.data_set.judged_rows import find_local_files
from pipeline.data_set.taxonomy_draft import can_be_named, draft_taxonomy, write_draft
from pipeline.profiles import load_settings
from pipeline.terminal.console import progress_console


def taxonomy_init(
    data: DataFilesOption,
    to: Annotated[Path, typer.Option(help="File to write, which must not be there.")] = Path(
        "taxonomy.yaml"
    ),
    profile: ProfileOption = "demo",
    set_: SetOption = None,
) -> None:
    """Write a taxonomy of the categories in the data, to be edited."""
    console = progress_console()
    files = find_local_files("--data", data)
    counts = count_categories(files, load_settings(profile, set_ or []).data.fields)
    write_draft(to, draft_taxonomy(counts, ", ".join(map(str, files))))
    named = sum(map(can_be_named, counts.of))
    console.print(f"rows      {counts.rows:,} read, {named} categories", soft_wrap=True)
    if named < len(counts.of):
        others = len(counts.of) - named
        console.print(f"note      {others} categories cannot be named: see {to}", soft_wrap=True)
    for note in counts.notes:
        console.print(f"note      {note}", soft_wrap=True)
    classes = len(load_taxonomy(to).class_names)
    console.print(f"taxonomy  {to}: {classes} classes to join, rename or leave out", soft_wrap=True)
    print(f"--set data.taxonomy={shlex.quote(str(to))}")
