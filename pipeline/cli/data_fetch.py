"""`newscat data fetch`: the News Category Dataset from Kaggle, checked and put in place."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from components.errors import SettingsError
from pipeline.data_set.fetch import fetch
from pipeline.data_set.versions import LICENCE, VERSIONS
from pipeline.terminal.console import progress_console

_NEWEST = max(VERSIONS)


def data_fetch(
    version: Annotated[
        int, typer.Option(help=f"Of the data set: {', '.join(map(str, VERSIONS))}.")
    ] = _NEWEST,
    to: Annotated[Path, typer.Option(help="Folder to put the file in.")] = Path("data"),
) -> None:
    """Fetch the News Category Dataset from Kaggle.

    Kaggle knows you by KAGGLE_USERNAME and KAGGLE_KEY, or by ~/.kaggle/kaggle.json. That file comes
    from "Create New Token" in the settings of your Kaggle account, and is for your eyes alone
    (chmod 600). What is public, Kaggle may send to who says no name.

    A transfer that was cut off goes on when the same command is given again.
    """
    if version not in VERSIONS:
        known = ", ".join(map(str, VERSIONS))
        raise SettingsError(f"--version: there is no version {version}; known are {known}")
    console = progress_console()
    asked = VERSIONS[version]
    console.print(f"licence   {LICENCE}", soft_wrap=True)
    file, was_there = fetch(asked, to)
    state = "is there already" if was_there else "fetched"
    console.print(f"data      {file}: {state}, {asked.rows:,} rows", soft_wrap=True)
    print(f"--data {shlex.quote(str(file))}")  # to be pasted into a shell
