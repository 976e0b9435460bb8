"""`newscat quarantine`: the rows of a run that could not be used, with place and reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Annotated

import typer
from rich.table import Table

from components.errors import SettingsError
from components.files import DocumentError, exists
from components.json_example_gen.quarantine import QuarantinedRow, read_quarantine
from components.run_records import RunRecord, RunRecords
from pipeline.cli.options import PastOutputOption, RunArgument
from pipeline.dag import component_ids as ids
from pipeline.layout import OutputLayout, find_output
from pipeline.terminal.console import table_console

_SHOWN_CHARACTERS = 80


def quarantine(
    run: RunArgument = None,
    output: PastOutputOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON object a row, its bytes in base64.")
    ] = False,
) -> None:
    """List the rows of a run that could not be used."""
    record = RunRecords(OutputLayout(find_output(output)).metadata).find(run)
    components = (ids.EXAMPLE_GEN, ids.BATCH_EXAMPLE_GEN)
    rows = chain.from_iterable(_rows_of(record, component) for component in components)
    if as_json:
        for row in rows:
            print(json.dumps(row.to_json()))
        return
    table = Table("row", "reason", "beginning", box=None)
    for row in rows:
        table.add_row(f"{row.file}:{row.line}", row.reason, row.text.strip()[:_SHOWN_CHARACTERS])
    console = table_console()
    if table.row_count:
        console.print(table)
    else:
        console.print(f"run {record.name}: every row could be used")


def _rows_of(run: RunRecord, component: str) -> Iterator[QuarantinedRow]:
    if component == ids.EXAMPLE_GEN and not run.ended(component):
        raise SettingsError(
            f"run {run.name} was stopped while it read its rows, and has kept none; the log names "
            "the first ones, and `newscat data describe FILE` lists them"
        )
    # Runs of before kept these rows beside the examples.
    folder = run.output(component, "quarantine") or run.output(component, "examples")
    if folder and not exists(folder.uri):
        raise DocumentError(f"{folder.uri}: is not there; was it deleted?")
    return read_quarantine(folder.uri) if folder else iter(())
