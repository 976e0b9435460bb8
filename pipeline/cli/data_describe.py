"""`newscat data describe`: what files of rows hold, as tables, as JSON and as a picture."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from components.article.row import quoted
from components.errors import SettingsError
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.cli.options import ProfileOption, RevisionOption, SetOption
from pipeline.data_set.description import Description, describe
from pipeline.data_set.judged_rows import find_local_files
from pipeline.data_set.repeats import Pair
from pipeline.profiles import load_settings
from pipeline.terminal.console import PlainConsole, progress_console, table_console
from pipeline.terminal.output import open_result_file, open_standard_output

_BAR = 40  # characters
_MOST_LINES = 60
_MOST_BAD_ROWS = 10
_PICTURE = ".svg"


def data_describe(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files of rows, or globs.")],
    profile: ProfileOption = "demo",
    set_: SetOption = None,
    checkpoint: Annotated[
        str | None, typer.Option("--checkpoint", help="Folder or Hub id, to count its tokens.")
    ] = None,
    revision: RevisionOption = None,
    twins: Annotated[
        bool, typer.Option("--twins", help="Search for near twins (data.twin_similarity) as well.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    picture: Annotated[
        Path | None, typer.Option(help="SVG file of the categories and lengths.")
    ] = None,
) -> None:
    """Show what files of rows hold, and what a run would make of them."""
    if picture and picture.suffix.lower() != _PICTURE:
        raise SettingsError(f"--picture: {picture} is to be an SVG; let it end in {_PICTURE}")
    data = load_settings(profile, set_ or []).data
    taxonomy = load_taxonomy(data.taxonomy, data.optional_classes)
    paths = find_local_files("FILE", files)
    tokens = None
    if checkpoint:
        from pipeline.data_set.token_counts import TokenCounts

        tokens = TokenCounts(checkpoint, revision)
    description = describe(
        paths, taxonomy, tokens, data.twin_similarity if twins else None, data.fields
    )
    if picture:
        from pipeline.data_set.picture import draw

        with open_result_file(picture, "--picture") as file:
            file.write(draw(description))
        progress_console().print(f"picture   {picture}", soft_wrap=True)
    if as_json:
        with open_standard_output(for_people=False) as stream:
            print(json.dumps(asdict(description), indent=1), file=stream)
    else:
        _print(description, table_console())


def _print(description: Description, console: PlainConsole) -> None:
    def line(name: str, text: str) -> None:
        console.print(f"{name:<10}{text}", soft_wrap=True)

    for file in description.files:
        line("file", file)
    line("rows", ", ".join(_outcomes(description)))
    for row in description.bad_rows[:_MOST_BAD_ROWS]:
        line("", f"{row.file}:{row.line}: {row.reason}")
    if (others := description.quarantined - _MOST_BAD_ROWS) > 0:
        line("", f"and {others:,} more, see --json")
    line("empty", _list(description.empty.items()) or "no field")
    if description.emptied:
        line("no text", f"and read as empty: {_list(description.emptied.items())}")
    line("dates", _dates(description))
    repeats, counts = description.repeats, description.repeats.counts
    near = "" if counts.near is None else f", {counts.near:,} more have a near twin"
    line("repeated", f"{counts.exact:,} rows have the words of an earlier row{near}")
    _print_pairs(repeats.first_duplicates, console)
    line(
        "conflict",
        f"{counts.two_categories:,} rows have the words of a row of another category, "
        f"{counts.two_classes:,} of another class",
    )
    _print_pairs(repeats.first_conflicts, console)
    categories = description.categories
    _print_bars(
        Table("category", "class"),
        [((each.name or "(none)", each.class_name or "–"), each.rows) for each in categories],
        console,
    )
    classes = [((name,), rows) for name, rows in description.classes.items()]
    _print_bars(Table("class"), classes, console)
    years = [((str(year),), rows) for year, rows in description.dates.by_year.items()]
    _print_bars(Table("year"), years, console)
    _print_lengths(description, console)


def _outcomes(description: Description) -> Iterator[str]:
    yield f"{description.read:,} read"
    yield f"{description.accepted:,} accepted"
    for name, rows in description.excluded.items():
        yield f"{rows:,} excluded ({name})"
    unknown = description.unknown_category
    of_these = f" ({unknown:,} of them for an unknown category)" if unknown else ""
    yield f"{description.quarantined:,} quarantined{of_these}"


def _dates(description: Description) -> str:
    dates = description.dates
    found = f"{dates.first} to {dates.last}" if dates.first else "none that can be used"
    return f"{found}; {dates.empty:,} empty, {dates.unusable:,} unusable"


def _list(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({rows:,})" for name, rows in counts if rows)


def _print_pairs(pairs: Iterable[Pair], console: PlainConsole) -> None:
    for pair in pairs:
        categories = dict.fromkeys((pair.first_category, pair.second_category))
        text = f"{pair.second} and {pair.first}: {', '.join(map(quoted, categories))}"
        console.print(f"{'':<10}{text}", soft_wrap=True)


def _print_bars(
    table: Table, rows: Sequence[tuple[Sequence[str], int]], console: PlainConsole
) -> None:
    """Fills a table, whose first columns are there, with numbers and bars."""
    if not rows:
        return
    full = "█" if console.encoding.startswith("utf") else "#"
    most = max(number for _, number in rows) or 1
    table.box = None
    table.add_column("rows", justify="right")
    table.add_column("")
    for names, number in rows[:_MOST_LINES]:
        table.add_row(*names, f"{number:,}", full * round(_BAR * number / most))
    console.print()
    console.print(table)
    if len(rows) > _MOST_LINES:
        console.print(f" and {len(rows) - _MOST_LINES:,} more, see --json")


def _print_lengths(description: Description, console: PlainConsole) -> None:
    if not description.lengths:
        return
    table = Table("length of", "in", box=None)
    for name in ("mean", "median", "95 %", "99 %", "longest"):
        table.add_column(name, justify="right")
    for each in description.lengths:
        numbers = (each.median, each.p95, each.p99, each.longest)
        table.add_row(each.of, each.unit, f"{each.mean:.1f}", *(f"{n:,}" for n in numbers))
    console.print()
    console.print(table)
