"""Profile files and command-line overrides to validated settings, with errors a user can act on."""

from __future__ import annotations

import difflib
import os
import reprlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from components.errors import SettingsError
from components.yaml_file import YamlError, parse_yaml, read_yaml
from pipeline.settings import Place, Settings

PROFILES = Path(__file__).parent / "configs"
_EXTENDS = "extends"
_OUTPUT = "output"
_LONGEST = 200  # characters of an override in a message

Key = tuple[str | int, ...]
Origins = dict[Key, str]
"""For each key the place that set it: file:line, or an override."""


def profile_names() -> list[str]:
    """Names of the profiles that come with the project."""
    return sorted(path.stem for path in PROFILES.glob("*.yaml"))


def load_settings(profile: str, overrides: Iterable[str] = ()) -> Settings:
    """Reads a profile and applies overrides.

    Args:
        profile: the name of a profile in `pipeline/configs`, or the path of a YAML file. A
            profile may start from another one: `extends: NAME`. Its paths are relative to it,
            but for `output` of those that come with the project.
        overrides: `key=value` texts; the key is dotted (`trainer.epochs`), the value YAML. Paths
            are relative to the current folder.

    Raises:
        SettingsError: an unknown profile, or a wrong field or value; the message names the
            field, where it was set, and what is allowed.
    """
    values, origins = _read_profile(_find_profile(profile))
    given: list[Key] = []
    for override in overrides:
        origin = f"--set {override if len(override) < _LONGEST else override[:_LONGEST] + '...'}"
        key, change = _read_override(override, origin)
        _check_once(key, given, origin)
        given.append(key)
        place_paths(change, "")
        _merge(values, change)
        for length in range(len(key)):
            origins.setdefault(key[:length], origin)
        origins[key] = origin
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [_explain(problem, origins) for problem in error.errors()]
        raise SettingsError("\n".join(problems)) from error


def _find_profile(profile: str, folder: str = "") -> Path:
    if profile in profile_names():
        return PROFILES / f"{profile}.yaml"
    path = os.path.join(folder, os.path.expanduser(profile))
    if os.path.isfile(path):
        return Path(path)
    raise SettingsError(
        f"profile {profile!r}: neither a file nor one of {', '.join(profile_names())}"
    )


def _read_profile(path: Path, ring: tuple[Path, ...] = ()) -> tuple[dict[str, Any], Origins]:
    """The values of a profile, and for each key the place that set it.

    Args:
        path: of the file.
        ring: those that extend it.
    """
    document = read_yaml(path)
    own = {} if document.value is None else document.value
    if not isinstance(own, dict):
        raise SettingsError(f"{path}: a profile is a mapping of settings, such as `trainer:`")
    values: dict[str, Any] = {}
    origins: Origins = {}
    if _EXTENDS in own:
        base = own.pop(_EXTENDS)
        where = f"{path}:{document.lines[(_EXTENDS,)]}"
        values, origins = _read_base(base, where, (*ring, path))
    is_ours = path.parent == PROFILES
    place_paths(own, str(path.absolute().parent), but=_OUTPUT if is_ours else None)
    _merge(values, own)
    return values, origins | {key: f"{path}:{line}" for key, line in document.lines.items()}


def _read_base(base: Any, where: str, ring: tuple[Path, ...]) -> tuple[dict[str, Any], Origins]:
    if not isinstance(base, str):
        raise SettingsError(f"{where}: {_EXTENDS} takes the name or the file of one profile")
    try:
        found = _find_profile(base, folder=str(ring[-1].parent))
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from error
    if any(found.samefile(path) for path in ring):
        names = ", ".join(str(path) for path in (*ring, found))
        raise SettingsError(f"{where}: profiles extend each other in a ring: {names}")
    return _read_profile(found, ring)


def _read_override(override: str, origin: str) -> tuple[Key, dict[str, Any]]:
    """The key of a `key=value` text, and the mapping that a profile would have in its place."""
    name, separator, text = override.partition("=")
    if not separator or not name:
        raise SettingsError(f"{origin}: write it as key=value, say trainer.epochs=3")
    try:
        change: Any = parse_yaml(text).value if text else ""
    except YamlError as error:
        raise SettingsError(f"{origin}: {error}") from error
    key = tuple(name.split("."))
    for part in reversed(key):
        change = {part: change}
    return key, change


def _check_once(key: Key, given: Iterable[Key], origin: str) -> None:
    for other in given:
        if key[: len(other)] == other or other[: len(key)] == key:
            raise SettingsError(
                f"{origin}: {'.'.join(map(str, other))} is given already; keep one of the two"
            )


def _merge(values: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, change in changes.items():
        if isinstance(change, dict) and isinstance(values.get(key), dict):
            _merge(values[key], change)
        else:
            values[key] = change


def place_paths(
    values: dict[str, Any],
    folder: str,
    section: type[BaseModel] = Settings,
    but: str | None = None,
) -> None:
    """Makes the paths among some settings independent of where they were set.

    Args:
        values: the settings, which are changed.
        folder: that relative paths are relative to; '' for the current one.
        section: that they belong to.
        but: a path of the section that stays relative to the current folder.
    """
    for name, value in values.items():
        field = section.model_fields.get(name)
        if field is None or name == but:
            continue
        if isinstance(value, dict) and (inner := find_section(field.annotation)):
            place_paths(value, folder, inner)
        for mark in field.metadata:
            if isinstance(mark, Place):
                several = isinstance(value, list)
                placed = [_place(each, folder, mark) for each in (value if several else [value])]
                values[name] = placed if several else placed[0]


def _place(value: Any, folder: str, mark: Place) -> Any:
    if not isinstance(value, str) or "://" in value:
        return value
    path = os.path.join(folder, os.path.expanduser(value))
    is_path = not mark.or_id or value.startswith((".", "~")) or os.path.isdir(path)
    return path if is_path else value


def find_section(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds, if it does."""
    types = (t for t in (annotation, *get_args(annotation)) if isinstance(t, type))
    return next((t for t in types if issubclass(t, BaseModel)), None)


def _explain(problem: Mapping[str, Any], origins: Origins) -> str:
    location: Key = problem["loc"]
    key = ".".join(map(str, location))
    places = (location[:length] for length in range(len(location), 0, -1))
    origin = next((origins[place] for place in places if place in origins), "default")
    if problem["type"] == "extra_forbidden":
        return f"{origin}: no setting {key!r}; {_allowed_fields(location)}"
    if problem["type"] == "missing":
        return f"{origin}: {key!r} is needed and not set"
    value = problem["input"]
    text = problem["msg"].lower().removeprefix("value error, ")
    as_text = isinstance(value, bool) and problem["type"] in ("literal_error", "string_type")
    hint = "; put it in quotes, as YAML reads it as a truth value" if as_text else ""
    return f"{origin}: {key} = {reprlib.repr(value)}: {text}{hint}"


def _allowed_fields(location: Key) -> str:
    section: type[BaseModel] = Settings
    for name in location[:-1]:
        section = find_section(section.model_fields[str(name)].annotation) or section
    fields = sorted(section.model_fields)
    close = difflib.get_close_matches(str(location[-1]), fields, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}allowed here: {', '.join(fields)}"
