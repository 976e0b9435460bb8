"""One line of a JSON-lines file to an article, or to the reason why it is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from components.article.fields import FIELDS

Article = Mapping[str, str]
"""The texts of an article by field."""


class RowError(ValueError):
    """A line that is not a usable article; the text is the reason, without the place."""


def parse_row(
    line: bytes, text_fields: Sequence[str], other_fields: Sequence[str] = FIELDS
) -> Article:
    """Parses one line.

    Args:
        line: UTF-8 bytes of one JSON object; missing and null fields are read as empty.
        text_fields: those that a model reads, of which one at least must not be blank.
        other_fields: to keep as well; any further ones are ignored, whatever they hold.

    Raises:
        RowError: the line is not such an object, or has no text.
    """
    try:
        document = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8 (byte {error.start})") from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"not JSON ({error})") from error
    if not isinstance(document, dict):
        raise RowError("not a JSON object")
    article = {name: document.get(name) or "" for name in (*other_fields, *text_fields)}
    for name, value in article.items():
        check_text(name, value)
    if not any(article[name].strip() for name in text_fields):
        verb = "is" if len(text_fields) == 1 else "are"
        raise RowError(f"no text: {' and '.join(text_fields)} {verb} empty")
    return article


def check_text(name: str, value: object) -> None:
    """Returns if a field holds text that a model can be given.

    Raises:
        RowError: it is no string, or one that no UTF-8 can hold.
    """
    if not isinstance(value, str):
        raise RowError(f"field {name!r} is not a string")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        # A lone surrogate is valid JSON.
        raise RowError(f"field {name!r} has half a surrogate pair") from error


def read_articles(
    lines: Iterable[bytes], text_fields: Sequence[str], on_bad_row: Callable[[int, str], None]
) -> Iterator[Article]:
    """The texts of a file's articles, in order; blank lines are none.

    Args:
        lines: of the file.
        text_fields: see `parse_row`.
        on_bad_row: called with the line number, from 1, and the reason for every other line.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield parse_row(line, text_fields, other_fields=())
        except RowError as error:
            on_bad_row(number, str(error))


def joined_text(article: Article, text_fields: Sequence[str]) -> str:
    """What the model reads: the text fields with a space between, empty ones left out."""
    return " ".join(filter(None, (article[name] for name in text_fields)))


def partition_key(article: Article, text_fields: Sequence[str]) -> str:
    """The text whose hash decides the split of an article.

    It is the first text field that is not blank, without differences of case and white space:
    neither a new field nor a second copy of an article can move it to the other split.
    """
    text = next((article[name] for name in text_fields if article[name].strip()), "")
    return " ".join(text.casefold().split())
