"""Small files, on this machine or on gs://, and the JSON documents that runs leave for later ones.

TensorFlow's file systems know gs://; local files do without importing it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from components.errors import SettingsError

_FORMAT = "format"
_T = TypeVar("_T")


class DocumentError(SettingsError):
    """A document of a run that is missing, damaged, or of a newer version of this project."""


def is_remote(path: str) -> bool:
    """Whether a path is an address such as gs://bucket/file."""
    return "://" in path


def open_file(path: str, mode: str = "r") -> Any:
    """Opens a file as `open` does, text in UTF-8.

    Raises:
        FileNotFoundError: there is none.
    """
    if not is_remote(path):
        return open(path, mode, encoding=None if "b" in mode else "utf-8")
    import tensorflow as tf

    if "r" in mode and not tf.io.gfile.exists(path):
        raise FileNotFoundError(path)
    return tf.io.gfile.GFile(path, mode)


def exists(path: str) -> bool:
    """Whether there is such a file."""
    if not is_remote(path):
        return os.path.exists(path)
    import tensorflow as tf

    return tf.io.gfile.exists(path)


def read_text(path: str) -> str:
    """The text of a file.

    Raises:
        FileNotFoundError: there is none.
    """
    with open_file(path) as file:
        return file.read()


def write_document(path: str, number: int, content: Mapping[str, Any]) -> None:
    """Writes a JSON object.

    Args:
        path: of the file, in a folder that is there.
        number: of its format, from 2 up; whoever changes what a reader expects counts on.
        content: JSON values and arrays of numpy, by name.
    """
    text = json.dumps({_FORMAT: number, **content}, indent=1, default=lambda array: array.tolist())
    with open_file(path, "w") as file:
        file.write(text)


def read_document(
    path: str,
    newest: int,
    parse: Callable[[dict[str, Any]], _T],
    parse_first: Callable[[str], _T] | None = None,
) -> _T:
    """Reads what `write_document` wrote, now or in an earlier version.

    Args:
        path: of the file.
        newest: the format that is written now.
        parse: makes of the content what is returned.
        parse_first: the same of the whole text of a file in the first format, which has no
            number, where that was no object.

    Raises:
        DocumentError: there is no such file, it was written by a later version, or it is damaged.
    """
    try:
        text = read_text(path)
        if parse_first and not text.startswith("{"):
            return parse_first(text)
        content = json.loads(text)
        number = content.pop(_FORMAT, 1)
        if number <= newest:
            return parse(content)
    except FileNotFoundError as error:
        raise DocumentError(f"{path}: is not there; was it deleted?") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DocumentError(f"{path}: is damaged, it cannot be read ({error!r})") from error
    raise DocumentError(
        f"{path}: was written by a later version of newscat (format {number}, and this one reads "
        f"up to {newest}); read it with that version"
    )
