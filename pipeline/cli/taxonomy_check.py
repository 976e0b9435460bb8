"""`newscat taxonomy check`: whether a run's taxonomy knows all categories of the data."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from components.errors import DataError
from components.preprocessing.near_names import find_nearest
from components.preprocessing.taxonomy import Taxonomy, load_taxonomy
from pipeline.cli.options import DataFilesOption, ProfileOption, SetOption
from pipeline.data_set.category_counts import count_categories
from pipeline.data_set.judged_rows import find_local_files
from pipeline.layout import shown
from pipeline.profiles import load_settings
from pipeline.terminal.console import PlainConsole, table_console


def taxonomy_check(
    data: DataFilesOption, profile: ProfileOption = "demo", set_: SetOption = None
) -> None:
    """Compare the categories of the data with the taxonomy of a profile."""
    settings = load_settings(profile, set_ or []).data
    taxonomy = load_taxonomy(settings.taxonomy, settings.optional_classes)
    counts = count_categories(find_local_files("--data", data), settings.fields)
    file = shown(str(settings.taxonomy))
    console = table_console()
    console.print(f"taxonomy  {file}: {len(taxonomy.class_names)} classes", soft_wrap=True)
    for note in counts.notes:
        console.print(f"note      {note}", soft_wrap=True)
    unknown = _print_categories(counts.of, taxonomy, console)
    if not unknown:
        console.print("All categories of the data are known.")
        return
    rows = sum(counts.of[category] for category in unknown)
    of_all = f"{len(unknown)} of {len(counts.of)} categories of the data ({rows:,} rows)"
    what = f"{of_all} are not in {file}"
    if settings.unknown_category == "quarantine":
        console.print(f"{what}; a run quarantines their rows.", soft_wrap=True)
        return
    raise DataError(
        f"{what}; add each to a class or to an optional one, or set its rows aside with "
        "--set data.unknown_category=quarantine"
    )


def _print_categories(
    counts: Mapping[str, int], taxonomy: Taxonomy, console: PlainConsole
) -> list[str]:
    """Shows what the data and the taxonomy do not have in common; returns unknown categories."""
    known = [*taxonomy.class_of, *sorted(taxonomy.excluded)]
    unknown = [category for category in counts if category not in known]
    rows = [
        *(("unknown", name, f"{counts[name]:,}", _nearest(name, known)) for name in unknown),
        *(
            ("excluded", name, f"{counts.get(name, 0):,}", "an optional class that is not added")
            for name in sorted(taxonomy.excluded)
        ),
        *(
            ("no rows", name, "0", f"of class {taxonomy.class_of[name]}")
            for name in taxonomy.class_of
            if name not in counts
        ),
    ]
    if rows:
        table = Table("", "category", box=None)
        table.add_column("rows", justify="right")
        table.add_column("")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    learnt = {taxonomy.class_of[name] for name in counts if name in taxonomy.class_of}
    if empty := [name for name in taxonomy.class_names if name not in learnt]:
        console.print(f"Classes without a row: {', '.join(empty)}", soft_wrap=True)
    return unknown


def _nearest(name: str, known: list[str]) -> str:
    near = find_nearest(name, known)
    return f"near {', '.join(near)}" if near else ""
