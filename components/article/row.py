"""One row of a file to an article, or to the reason why it is none."""

from __future__ import annotations

import json
import reprlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from components.article.blank import is_blank
from components.article.fields import CATEGORY, FIELDS
from components.row_files.lines import LONGEST_LINE
from components.row_files.raw_row import RawRow

Article = Mapping[str, str]
"""The texts of an article by field."""

_ONE_A_LINE = "one object a line is read, as pandas writes with orient='records', lines=True"
_LONGEST_NAME, _MOST_NAMES = 40, 12  # of fields in a message
_QUOTES = reprlib.Repr()
_QUOTES.maxstring = 80


class RowError(ValueError):
    """A line that is not a usable article; the text is the reason, without the place."""


def parse_row(
    line: bytes,
    text_fields: Sequence[str],
    other_fields: Sequence[str] = FIELDS,
    labelled: bool = True,
    on_unusable: Callable[[str], None] = lambda name: None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Article:
    """Parses one row.

    Args:
        line: UTF-8 bytes of one JSON object; missing and null fields are read as empty.
        text_fields: those that a model reads, of which one at least must not be blank.
        other_fields: to keep as well; any further ones are ignored, whatever they hold.
        labelled: whether the category matters as the texts do.
        on_unusable: called with the name of every other field to keep that holds no text; it is
            read as empty.
        names: that the row has for fields, by ours; see `check_names`.

    Raises:
        RowError: the line is not such an object, or has no text, or something else than text in
            a field that matters.
    """
    content = parse_object(line)
    needed = {*text_fields, CATEGORY} if labelled else {*text_fields}
    article = {}
    for name in dict.fromkeys((*other_fields, *text_fields)):
        value = content.get(names.get(name, name))
        try:
            article[name] = "" if value is None else _as_text(value)
        except RowError as error:
            if name in needed:
                theirs = names.get(name, name)
                ours = f" (our {name})" if theirs != name else ""
                raise RowError(f"field {theirs!r}{ours} {error}") from error
            article[name] = ""
            on_unusable(name)
    if all(is_blank(article[name]) for name in text_fields):
        fields = " and ".join(_in_words(name, names) for name in text_fields)
        are_there = any(names.get(name, name) in content for name in text_fields)
        others = f"; its fields are: {in_words(content)}" if content and not are_there else ""
        verb = "is" if len(text_fields) == 1 else "are"
        raise RowError(f"no text: {fields} {verb} empty{others}")
    return article


def _in_words(name: str, names: Mapping[str, str]) -> str:
    """The name that a row has for a field, with ours where that is another."""
    theirs = names.get(name, name)
    return theirs if theirs == name else f"{theirs} (our {name})"


def in_words(fields: Collection[str]) -> str:
    """The names of the fields of a row, for a message, the first of them where they are many."""
    first = [name if len(name) <= _LONGEST_NAME else quoted(name) for name in fields][:_MOST_NAMES]
    return ", ".join(first) + ", ..." * (len(fields) > _MOST_NAMES)


class _Pairs(list[tuple[str, object]]):
    """An object as it was written, with all names that it has."""


def parse_object(line: bytes) -> dict[str, object]:
    """The fields of a row, whatever they hold.

    Raises:
        RowError: the line is not one JSON object, or has a field twice.
    """
    if len(line) > LONGEST_LINE:
        raise RowError(f"longer than {LONGEST_LINE >> 20} MiB")
    try:
        # A number is no text, whatever its value; as an int it might have too many digits.
        pairs = json.loads(line.decode("utf-8"), object_pairs_hook=_Pairs, parse_int=float)
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise RowError("not JSON that can be read: nested too deeply") from error
    except json.JSONDecodeError as error:
        hint = f"; {_ONE_A_LINE}" if line.lstrip().startswith(b"[") else ""
        raise RowError(f"not JSON ({error.msg}, character {error.pos + 1}){hint}") from error
    if not isinstance(pairs, _Pairs):
        raise RowError(f"not a JSON object{f'; {_ONE_A_LINE}' if isinstance(pairs, list) else ''}")
    content = dict(pairs)
    if len(content) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise RowError(f"field {quoted(twice)} is there more than once")
    return content


def _as_text(value: object) -> str:
    if not isinstance(value, str):
        raise RowError("is not a string")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        # A lone surrogate is valid JSON.
        raise RowError("has half a surrogate pair") from error
    return value


def quoted(text: str) -> str:
    """A text of the data in a reason: in quotes, shortened, with nothing that steers a terminal."""
    return _QUOTES.repr(text)


@dataclass(frozen=True)
class Row:
    """A row to be asked about.

    Attributes:
        line: of the file on which it begins, from 1.
        article: the texts that the model reads; none of a bad row.
        error: why it is no article; '' if it is one.
    """

    line: int
    article: Article = field(default_factory=dict)
    error: str = ""


def read_rows(rows: Iterable[RawRow], text_fields: Sequence[str]) -> Iterator[Row]:
    """The rows of a file, in order, bad ones among them.

    Args:
        rows: see `numbered_rows`.
        text_fields: see `parse_row`.
    """
    for line, _, content, fault in rows:
        try:
            if fault:
                raise RowError(fault)
            yield Row(line, parse_row(content, text_fields, other_fields=(), labelled=False))
        except RowError as error:
            yield Row(line, error=str(error))


def joined_text(article: Article, text_fields: Sequence[str]) -> str:
    """What the model reads: the text fields with a space between, empty ones left out."""
    return " ".join(filter(None, (article[name] for name in text_fields)))
