"""Reads YAML that people write by hand, strictly: nothing is overridden, expanded or guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from components.errors import SettingsError, file_error
from components.printable import printable

Place = tuple[str | int, ...]
"""Keys and positions that lead to a value, such as ("classes", "ARTS", 0)."""

LARGEST_FILE = 1_000_000
"""Bytes that a file may have."""

_DEEPEST = 20
_LONGEST_NUMBER = 40
_PREFIX = "tag:yaml.org,2002:"
# YAML 1.1 has more: 010 is eight there, and 1:30 ninety.
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_KINDS = {
    "null": "nothing",
    "bool": "a truth value",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "merge": "a merge of mappings",
    "value": "a default",
}
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast


class YamlError(ValueError):
    """A text that cannot be used; `line` counts from 1."""

    def __init__(self, line: int, problem: str):
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True)
class Document:
    """What a text says.

    Attributes:
        value: mappings with text as keys, lists, texts, numbers, truth values and None.
        lines: the line, from 1, of every entry of a mapping or a list.
    """

    value: Any
    lines: Mapping[Place, int]


def read_yaml(path: str | Path, setting: str = "") -> Document:
    """Reads a file.

    Args:
        path: of the file.
        setting: that names it, for messages.

    Raises:
        SettingsError: it cannot be read or used; the message has file, line and remedy.
    """
    prefix = f"{setting}: " if setting else ""
    where = f"{prefix}{path}"
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise SettingsError(f"{where}: is larger than {LARGEST_FILE:,} bytes, is it the file?")
        return parse_yaml(content.decode("utf-8-sig"))
    except OSError as error:
        raise file_error(f"{prefix}cannot read {path}", error) from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SettingsError(f"{where}:{line}: is not UTF-8; save it as such") from error
    except YamlError as error:
        raise SettingsError(f"{where}:{error.line}: {error}") from error


def parse_yaml(text: str) -> Document:
    """Reads a text.

    Raises:
        YamlError: it is not valid YAML, or uses what people do not mean: a key twice, anchors and
            aliases, tags, merges, several documents, control characters, other than decimal
            numbers, nesting without end.
    """
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=_Loader)
        lines: dict[Place, int] = {}
        return Document(None if node is None else _read(node, (), lines), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise YamlError(line, f"not valid YAML: {error.problem or error.context}") from error
    except UnicodeEncodeError as error:
        raise YamlError(1, "is not UTF-8; write it as such") from error
    except yaml.YAMLError as error:  # of a character, which has a position and no line
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        raise YamlError(line, f"not valid YAML: {str(error).partition(chr(10))[0]}") from error


def _check_events(text: str) -> None:
    """Refuses what must not even be built: the rest of this module may walk what is left."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None):
            raise YamlError(line, "anchors and aliases (& and *) are not read; write it out")
        if getattr(event, "tag", None) not in (None, "!"):
            raise YamlError(line, f"the tag {event.tag} is not read; leave it out")
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise YamlError(line, "a second document begins here (---); a file holds one")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise YamlError(line, f"is nested more than {_DEEPEST} deep")


def _read(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _read_scalar(node)
    if isinstance(node, yaml.MappingNode):
        return dict(_read_entries(node, place, lines))
    items = []
    for number, item in enumerate(node.value):
        lines[(*place, number)] = item.start_mark.line + 1
        items.append(_read(item, (*place, number), lines))
    return items


def _read_entries(
    node: yaml.MappingNode, place: Place, lines: dict[Place, int]
) -> Iterator[tuple[str, Any]]:
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlError(line, "a list or a mapping is no key; is a bracket missing?")
        key = key_node.value
        kind = key_node.tag.removeprefix(_PREFIX)
        if kind != "str":
            raise YamlError(line, f"the key {key!r} is read as {_KINDS[kind]}; put it in quotes")
        _read_scalar(key_node)
        if first := lines.get((*place, key)):
            raise YamlError(line, f"{key!r} is there already, in line {first}; keep one of the two")
        lines[(*place, key)] = line
        yield key, _read(value_node, (*place, key), lines)


def _read_scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    line, text = node.start_mark.line + 1, node.value
    kind = node.tag.removeprefix(_PREFIX)
    if kind == "str":
        if text != printable(text):
            raise YamlError(line, f"'{printable(text)}' has control characters or a line break")
        return text
    if kind in ("timestamp", "merge", "value"):
        raise YamlError(line, f"{text!r} is read as {_KINDS[kind]}; put it in quotes")
    if kind in ("int", "float"):
        if len(text) > _LONGEST_NUMBER:
            raise YamlError(line, f"{text[:10]}... has {len(text):,} digits, too many for a number")
        if ":" in text or (kind == "int" and not _DECIMAL.fullmatch(text)):
            raise YamlError(
                line, f"{text} is no decimal number; write it with the digits 0 to 9, or in quotes"
            )
    return _CONSTRUCTOR.construct_object(node)


_CONSTRUCTOR = yaml.constructor.SafeConstructor()
