"""`newscat report`: finds the HTML report of a run, copies it, and opens it in the browser."""

from __future__ import annotations

import shutil
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from components.errors import SettingsError, file_error
from components.report.report_file import report_path
from components.run_records import RunRecord, RunRecords
from pipeline.cli.options import PastOutputOption, RunArgument
from pipeline.dag import component_ids as ids
from pipeline.layout import OutputLayout, find_output, shown


def report(
    run: RunArgument = None,
    output: PastOutputOption = None,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in the web browser.")
    ] = True,
    to: Annotated[Path | None, typer.Option(help="File to copy it to, say to send it.")] = None,
) -> None:
    """Open the HTML report of a run, one file that shows what it measured and decided."""
    folder = find_output(output)
    path = find_report(RunRecords(OutputLayout(folder).metadata).find(run))
    if to is not None:
        path = _copy(path, to)
    print(shown(str(path)))
    # Whether there is a browser is the machine's business: the path is printed in any case.
    if open_:
        webbrowser.open(path.resolve().as_uri())


def find_report(run: RunRecord) -> Path:
    """The HTML file of a run.

    Raises:
        SettingsError: the run has none, or it was deleted.
    """
    found = run.output(ids.REPORT, "report")
    if found is None or not run.ended(ids.REPORT):
        failed = f", which failed in {run.failed_component}" if run.failed_component else ""
        raise SettingsError(
            f"run {run.name}{failed} has no report; the report is the last step of a run: "
            "give the run's command again, and what was done will be taken from the cache"
        )
    path = Path(report_path(found.uri))
    if not path.is_file():
        raise SettingsError(f"{path}: the report of run {run.name} is not there any more")
    return path


def _copy(path: Path, to: Path) -> Path:
    target = to / path.name if to.is_dir() else to
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise file_error(f"--to {to}: cannot be written", error) from error
    return target
