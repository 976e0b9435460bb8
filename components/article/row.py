"""One line of a JSON-lines file to an article, or to the reason why it is none."""

from __future__ import annotations

import json
import reprlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from components.article.fields import CATEGORY, FIELDS
from components.row_files.lines import LONGEST_LINE

Article = Mapping[str, str]
"""The texts of an article by field."""

_ONE_A_LINE = "one object a line is read, as pandas writes with orient='records', lines=True"
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
) -> Article:
    """Parses one line.

    Args:
        line: UTF-8 bytes of one JSON object; missing and null fields are read as empty.
        text_fields: those that a model reads, of which one at least must not be blank.
        other_fields: to keep as well; any further ones are ignored, whatever they hold.
        labelled: whether the category matters as the texts do.
        on_unusable: called with the name of every other field to keep that holds no text; it is
            read as empty.

    Raises:
        RowError: the line is not such an object, or has no text, or something else than text in
            a field that matters.
    """
    content = _parse_object(line)
    needed = {*text_fields, CATEGORY} if labelled else {*text_fields}
    article = {}
    for name in dict.fromkeys((*other_fields, *text_fields)):
        value = content.get(name)
        try:
            article[name] = "" if value is None else _as_text(name, value)
        except RowError:
            if name in needed:
                raise
            article[name] = ""
            on_unusable(name)
    if not any(article[name].strip() for name in text_fields):
        verb = "is" if len(text_fields) == 1 else "are"
        raise RowError(f"no text: {' and '.join(text_fields)} {verb} empty")
    return article


class _Pairs(list[tuple[str, object]]):
    """An object as it was written, with all names that it has."""


def _parse_object(line: bytes) -> dict[str, object]:
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


def _as_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise RowError(f"field {name!r} is not a string")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        # A lone surrogate is valid JSON.
        raise RowError(f"field {name!r} has half a surrogate pair") from error
    return value


def quoted(text: str) -> str:
    """A text of the data in a reason: in quotes, shortened, with nothing that steers a terminal."""
    return _QUOTES.repr(text)


@dataclass(frozen=True)
class Row:
    """A line of rows to be asked about.

    Attributes:
        line: its number in the file, from 1.
        article: the texts that the model reads; none of a bad row.
        error: why it is no article; '' if it is one.
    """

    line: int
    article: Article = field(default_factory=dict)
    error: str = ""


def read_rows(lines: Iterable[tuple[int, bytes]], text_fields: Sequence[str]) -> Iterator[Row]:
    """The rows of a file, in order, bad ones among them.

    Args:
        lines: with their numbers, see `numbered_lines`.
        text_fields: see `parse_row`.
    """
    for number, line in lines:
        try:
            yield Row(number, parse_row(line, text_fields, other_fields=(), labelled=False))
        except RowError as error:
            yield Row(number, error=str(error))


def joined_text(article: Article, text_fields: Sequence[str]) -> str:
    """What the model reads: the text fields with a space between, empty ones left out."""
    return " ".join(filter(None, (article[name] for name in text_fields)))
