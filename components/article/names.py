"""What a file calls the fields of an article, where it does not use our names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from components.article.fields import CATEGORY, FIELDS
from components.article.row import RowError, in_words, parse_object
from components.errors import DataError
from components.row_files.raw_row import RawRow

_ENOUGH = 100  # names of fields that are kept for a message


def check_names(names: Mapping[str, str]) -> None:
    """Refuses names that do not say which field of a file is which of ours.

    Args:
        names: of a file, by ours; where ours is missing, the file has the same.

    Raises:
        ValueError: a name of ours is none, or one of the file is empty or stands for two.
    """
    for name in names:
        if name not in FIELDS:
            raise ValueError(f"{name!r} is none of our fields, {', '.join(FIELDS)}")
    ours_of: dict[str, str] = {}
    for ours in sorted(FIELDS, key=lambda name: name not in names):
        theirs = names.get(ours, ours)
        if not theirs:
            raise ValueError(f"{ours} needs the name of a field")
        if theirs in ours_of:
            remedy = "" if ours in names else f"; name the field that is {ours} as well"
            raise ValueError(f"field {theirs!r} cannot be {ours_of[theirs]} and {ours}{remedy}")
        ours_of[theirs] = ours


def check_fields(
    rows: Iterable[RawRow],
    file: str,
    text_fields: Sequence[str],
    names: Mapping[str, str],
    labelled: bool = True,
) -> None:
    """Refuses a file of which no row has a field that is needed; reads until all were there.

    Needed are the first text field, the category, and whatever has a name of its own. A file
    without an object has nothing to be told by.

    Args:
        rows: of the file.
        file: its name.
        text_fields: see `parse_row`.
        names: see `parse_row`.
        labelled: whether the rows are to learn from; of others their texts matter alone.

    Raises:
        DataError: a field is missing; the message says which there are.
    """
    needed = [text_fields[0], CATEGORY, *names] if labelled else [text_fields[0]]
    needed += [name for name in text_fields if name in names]
    missing = {names.get(ours, ours): ours for ours in needed}
    found: dict[str, None] = {}
    for row in rows:
        content = _fields(row)
        missing = {theirs: ours for theirs, ours in missing.items() if theirs not in content}
        if not missing:
            return
        if len(found) < _ENOUGH:
            found.update(content)
    if found:
        raise DataError(f"{file}: no row has {_describe(missing, names, found)}")


def _fields(row: RawRow) -> dict[str, None]:
    try:
        return {} if row.fault else dict.fromkeys(parse_object(row.json))
    except RowError:
        return {}


def _describe(
    missing: Mapping[str, str], names: Mapping[str, str], found: Mapping[str, None]
) -> str:
    """The missing fields, those first that were named, and what there is instead."""
    named = {theirs: ours for theirs, ours in missing.items() if ours in names}
    noun = "field" if len(named or missing) == 1 else "fields"
    fields = " and ".join(map(repr, named or missing))
    there = f"its fields are: {in_words(found)}"
    if named:
        ours = " and ".join(named.values())
        return f"the {noun} {fields} that data.fields gives for {ours}; {there}"
    example = ", ".join(f"{ours}: ITS_FIELD" for ours in missing.values())
    return f"the {noun} {fields}; {there}; map them with --set 'data.fields={{{example}}}'"
