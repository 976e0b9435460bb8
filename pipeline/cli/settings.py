"""`newscat settings`: every field of a profile with its default, bounds and meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from rich.table import Table

from components.classifier.recipe import PRESETS
from components.errors import SettingsError
from pipeline.layout import shown
from pipeline.profiles import find_section
from pipeline.settings import Settings
from pipeline.terminal.console import table_console

_TYPES = {"str": "text", "int": "integer", "float": "number", "bool": "true | false"}
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def settings(
    section: Annotated[
        str | None, typer.Argument(metavar="[SECTION]", help="Such as trainer; default: all.")
    ] = None,
) -> None:
    """List every setting with its default, its bounds and its meaning."""
    sections = find_sections()
    if section not in (None, *sections):
        names = ", ".join(filter(None, sections))
        raise SettingsError(f"SECTION: no section {section!r}; there are {names}")
    table = Table("setting", "default", "allowed", "meaning", box=None)
    for name, model in sections.items():
        if section in (None, name):
            for row in list_fields(name, model):
                table.add_row(*row)
    console = table_console()
    console.print(table)
    if section in (None, "trainer"):
        console.print()
        for line in describe_presets():
            console.print(line, soft_wrap=True)


def find_sections() -> dict[str, type[BaseModel]]:
    """The sections by name; '' has the settings that are in none."""
    fields = Settings.model_fields.items()
    inner = {name: found for name, field in fields if (found := find_section(field.annotation))}
    return {"": Settings, **inner}


def list_fields(section: str, model: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    """Name, default, what is allowed, and meaning of each setting of a section."""
    for name, field in model.model_fields.items():
        if not find_section(field.annotation):
            key = f"{section}.{name}" if section else name
            yield key, _default(field), ", ".join(_allowed(field)), field.description or ""


def describe_presets() -> Iterator[str]:
    """What each preset of the recipe sets."""
    for name, values in PRESETS.items():
        pairs = ", ".join(f"{key} {value}" for key, value in values.items())
        yield f"trainer.recipe={name}: {pairs}"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "needed"
    if value is None or value in ([], {}):
        return "–"
    return str(value).lower() if isinstance(value, bool) else shown(str(value))


def _allowed(field: FieldInfo) -> Iterator[str]:
    """Type and bounds, or the choices."""
    yield _describe_type(field.annotation)
    for mark in field.metadata:
        for name, sign in _SIGNS.items():
            if (bound := getattr(mark, name, None)) is not None:
                yield f"{sign} {bound}"
        if (longest := getattr(mark, "max_length", None)) is not None:
            yield f"at most {longest} characters"


def _describe_type(annotation: Any) -> str:
    arguments = [each for each in get_args(annotation) if each is not type(None)]
    origin = get_origin(annotation)
    if origin is Literal:
        return " | ".join(arguments)
    if origin is Annotated:
        return _describe_type(arguments[0])
    if origin is list:
        return f"list of {_describe_type(arguments[0])}"
    if origin is dict:
        return "mapping of texts"
    if arguments:
        return _describe_type(arguments[0])
    return _TYPES.get(annotation.__name__, "file")
