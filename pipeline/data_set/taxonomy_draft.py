"""A taxonomy file to edit: a class a category, with what may belong together beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from components.article.row import quoted
from components.errors import DataError, SettingsError, file_error
from components.preprocessing.features import RESERVED_SLICES
from components.preprocessing.near_names import find_twins
from components.printable import printable
from components.yaml_file import LARGEST_FILE
from pipeline.data_set.category_counts import CategoryCounts

_LONGEST_CLASS = 100  # characters; YAML takes 1,024 as a key


def can_be_named(category: str) -> bool:
    """Whether a taxonomy can list the category: it is read on one line, without blanks around."""
    return category == category.strip() == printable(category)


def draft_taxonomy(counts: CategoryCounts, source: str) -> str:
    """The text of a file that `load_taxonomy` reads as it is.

    Args:
        counts: of the rows that it is for.
        source: of the rows, to be named in the file.

    Raises:
        DataError: it would have no class.
    """
    named = {name: rows for name, rows in counts.of.items() if can_be_named(name)}
    if not named:
        first = quoted(next(iter(counts.of)))
        raise DataError(
            f"{source}: none of {len(counts.of)} categories can be named in a taxonomy, such as "
            f"the first: {first}; mend the rows"
        )
    return "\n".join(
        [
            f"# {len(named)} categories of {counts.rows:,} rows: {printable(source)}",
            "# A class is what the model learns: a name, and the list of categories it is made of.",
            "# Join, rename and reorder classes; the numbers are rows of the data.",
            *_comments(_notes(counts, named)),
            *_comments(_propose(named)),
            "",
            "classes:",
            *_classes(named),
            "",
            "# Classes that a run leaves out and counts, unless data.optional_classes names them.",
            "# Move classes here that are not to be learnt.",
            "optional_classes: {}",
            "",
        ]
    )


def write_draft(to: Path, text: str) -> None:
    """Writes a draft.

    Raises:
        SettingsError: there is such a file, or it cannot be written, or is larger than is read.
        FailureError: the disk is full.
    """
    if len(text.encode()) > LARGEST_FILE:
        raise SettingsError(
            f"--data: the names of its categories take more than {LARGEST_FILE:,} bytes, which no "
            "taxonomy may have; are they categories?"
        )
    try:
        with to.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                to.unlink()
                raise
    except FileExistsError as error:
        raise SettingsError(
            f"--to: {to} is there already, and may have been edited; name another file"
        ) from error
    except OSError as error:
        raise file_error(f"--to: cannot write {to}", error) from error


def _notes(counts: CategoryCounts, named: Mapping[str, int]) -> Iterator[str]:
    yield from counts.notes
    for name in counts.of:
        if name not in named:
            yield (
                f"cannot be named here, mend the rows: {quoted(name)}, {counts.of[name]:,} rows "
                "(blanks around it, or characters that steer a terminal)"
            )


def _propose(named: Mapping[str, int]) -> Iterator[str]:
    groups = find_twins(named)
    if groups:
        yield "Likely twins, by their names alone. Who agrees puts such a line in their place:"
    for group in groups:
        entry = ", ".join(map(_scalar, group))
        name = _scalar(_class_name(group[0], set()))
        yield f"  {name}: [{entry}]  # {sum(named[each] for each in group):,}"


def _comments(lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    yield from ["#", *(f"# {printable(line)}" for line in found)] if found else []


def _classes(named: Mapping[str, int]) -> Iterator[str]:
    taken: set[str] = set()
    for category, rows in sorted(named.items()):
        name = _class_name(category, taken | named.keys())
        taken.add(name)
        yield f"  {_scalar(name)}: [{_scalar(category)}]  # {rows:,}"


def _class_name(category: str, taken: set[str]) -> str:
    """The category's own name, where a class may have it."""
    if category not in RESERVED_SLICES and len(category) <= _LONGEST_CLASS:
        return category
    name = f"{category[:_LONGEST_CLASS].strip()} (class)"
    number = 2
    while name in taken:
        name, number = f"{category[:_LONGEST_CLASS].strip()} (class {number})", number + 1
    return name


def _scalar(text: str) -> str:
    """The text in YAML, in quotes where it would be read as something else, within a list too."""
    listed = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=float("inf"))
    return listed.strip()[1:-1]
