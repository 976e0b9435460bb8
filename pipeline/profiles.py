"""Profile files and command-line overrides to validated settings, with errors a user can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from components.errors import SettingsError
from pipeline.settings import Settings

PROFILES = Path(__file__).parent / "configs"
_EXTENDS = "extends"


def profile_names() -> list[str]:
    """Names of the profiles that come with the project."""
    return sorted(path.stem for path in PROFILES.glob("*.yaml"))


def load_settings(profile: str, overrides: Iterable[str] = ()) -> Settings:
    """Reads a profile and applies overrides.

    Args:
        profile: the name of a profile in `pipeline/configs`, or the path of a YAML file. A
            profile may start from another one: `extends: NAME`.
        overrides: `key=value` texts; the key is dotted (`trainer.epochs`), the value YAML.

    Raises:
        SettingsError: an unknown profile, or a wrong field or value; the message names the
            field, where it was set, and what is allowed.
    """
    values, origins = _read_profile(_find_profile(profile))
    for override in overrides:
        key, separator, text = override.partition("=")
        if not separator or not key:
            raise SettingsError(f"--set {override}: write it as key=value, say trainer.epochs=3")
        _assign(values, origins, key, _parse_value(text, override), f"--set {override}")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [_explain(problem, origins) for problem in error.errors()]
        raise SettingsError("\n".join(problems)) from error


def _find_profile(profile: str) -> Path:
    named = PROFILES / f"{profile}.yaml"
    if named.is_file():
        return named
    if Path(profile).is_file():
        return Path(profile)
    raise SettingsError(
        f"profile {profile!r}: neither a file nor one of {', '.join(profile_names())}"
    )


def _read_profile(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of a profile, and for each dotted key the place (file:line) that set it."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: a profile is a mapping of settings, such as `trainer:`")
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    base = document.pop(_EXTENDS, None)
    if base is not None:
        values, origins = _read_profile(_find_profile(str(base)))
    _merge(values, document)
    for key, line in _lines(node):
        origins[key] = f"{path}:{line}"
    return values, origins


def _merge(values: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, change in changes.items():
        if isinstance(change, dict) and isinstance(values.get(key), dict):
            _merge(values[key], change)
        else:
            values[key] = change


def _lines(node: yaml.Node | None, prefix: str = "") -> Iterable[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key = f"{prefix}{key_node.value}"
            yield key, key_node.start_mark.line + 1
            yield from _lines(value_node, f"{key}.")


def _parse_value(text: str, override: str) -> Any:
    try:
        return yaml.safe_load(text) if text else ""
    except yaml.YAMLError as error:
        raise SettingsError(f"--set {override}: the value is not valid YAML") from error


def _assign(
    values: dict[str, Any], origins: dict[str, str], key: str, value: Any, origin: str
) -> None:
    *sections, name = key.split(".")
    for section in sections:
        if not isinstance(values.get(section), dict):
            values[section] = {}
        values = values[section]
    values[name] = value
    origins[key] = origin


def _explain(problem: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    location = [str(part) for part in problem["loc"]]
    key = ".".join(location)
    origin = next(
        (origins[".".join(location[:n])] for n in range(len(location), 0, -1)
         if ".".join(location[:n]) in origins),
        "default",
    )  # fmt: skip
    if problem["type"] == "extra_forbidden":
        return f"{origin}: no setting {key!r}; {_allowed_fields(location)}"
    if problem["type"] == "missing":
        return f"{origin}: {key!r} is needed and not set"
    return f"{origin}: {key} = {problem['input']!r}: {problem['msg'].lower()}"


def _allowed_fields(location: list[str]) -> str:
    section: type[BaseModel] = Settings
    for name in location[:-1]:
        annotation = section.model_fields[name].annotation
        section = next(t for t in (*get_args(annotation), annotation) if t is not type(None))
    fields = sorted(section.model_fields)
    close = difflib.get_close_matches(location[-1], fields, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}allowed here: {', '.join(fields)}"
