"""The category taxonomy: which raw categories make up a class, and which are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from components.errors import SettingsError
from components.preprocessing.features import RESERVED_SLICES
from components.yaml_file import Place, read_yaml

_SETTING = "data.taxonomy"
_CLASSES, _OPTIONAL = "classes", "optional_classes"
_RESERVED = "for the gate lists other rows under that name; rename it"
_NO_LIST = "must map each class name to a list of categories"


@dataclass(frozen=True)
class Taxonomy:
    """Classes of one run.

    Attributes:
        class_of: raw category -> class name, for every category that is learnt.
        excluded: raw categories whose rows are left out of the run, and counted.
    """

    class_of: Mapping[str, str]
    excluded: frozenset[str] = frozenset()

    @property
    def class_names(self) -> list[str]:
        """Class names in the order of their ids: sorted, so ids never depend on the data."""
        return sorted(set(self.class_of.values()))

    def to_config(self) -> dict[str, object]:
        """The taxonomy as JSON-serialisable data, to travel in a component's `custom_config`."""
        return {"class_of": dict(sorted(self.class_of.items())), "excluded": sorted(self.excluded)}

    @classmethod
    def from_config(cls, config: Mapping) -> Taxonomy:
        """Inverse of `to_config`."""
        return cls(class_of=dict(config["class_of"]), excluded=frozenset(config["excluded"]))


def load_taxonomy(path: str | Path, optional_classes: Iterable[str] = ()) -> Taxonomy:
    """Reads a taxonomy file.

    Args:
        path: YAML file with `classes` and, optionally, `optional_classes`, both mapping a
            class name to the list of raw categories it is made of.
        optional_classes: names of the file's optional classes that the run adds.

    Raises:
        SettingsError: the file is missing or malformed, a category or a class is there twice,
            or an optional class is not in the file, or a class cannot be named so.
    """
    file = _TaxonomyFile(path)
    classes, optional = file.classes(_CLASSES), file.classes(_OPTIONAL)
    for name in optional_classes:
        if name in classes:
            raise SettingsError(f"data.optional_classes: {name!r} is named twice; once will do")
        if name not in optional:
            allowed = ", ".join(sorted(optional)) or "none"
            raise SettingsError(
                f"data.optional_classes: {path} has no optional class {name!r} (it has: {allowed})"
            )
        classes[name] = optional.pop(name)
    return Taxonomy(
        class_of={c: name for name, categories in classes.items() for c in categories},
        excluded=frozenset(c for categories in optional.values() for c in categories),
    )


class _TaxonomyFile:
    """A file that is read, and refused at the line where it cannot be used."""

    def __init__(self, path: str | Path):
        self._path, self._document = path, read_yaml(path, _SETTING)
        self._class_of: dict[str, str] = {}
        parts = self._document.value
        if not isinstance(parts, dict) or not parts.get(_CLASSES):
            self._refuse("has no `classes`, which map each class name to a list of categories")
        for part in parts:
            if part not in (_CLASSES, _OPTIONAL):
                self._refuse(f"{part!r} is neither `{_CLASSES}` nor `{_OPTIONAL}`", part)

    def classes(self, part: str) -> dict[str, list[str]]:
        """The categories of each class; no class and no category of the file is there twice."""
        classes = self._document.value.get(part) or {}
        if not isinstance(classes, dict):
            self._refuse(f"`{part}` {_NO_LIST}", part)
        for name, categories in classes.items():
            # A class is a slice of the gate's beside others.
            if name in RESERVED_SLICES:
                self._refuse(f"no class may be named {name!r}, {_RESERVED}", part, name)
            if problem := _problem_of_name(name):
                self._refuse(f"class {name!r} {problem}", part, name)
            if name in self._class_of.values():
                self._refuse(f"class {name!r} is there already; keep one of the two", part, name)
            if not isinstance(categories, list) or not categories:
                self._refuse(f"class {name!r} has none; `{part}` {_NO_LIST}", part, name)
            for number, category in enumerate(categories):
                self._add(category, name, (part, name, number))
        return dict(classes)

    def _add(self, category: str, name: str, place: Place) -> None:
        if problem := _problem_of_name(category):
            self._refuse(f"category {category!r} {problem}", *place)
        elif category in self._class_of:
            self._refuse(
                f"category {category!r} belongs to {self._class_of[category]!r} and to {name!r}; "
                "keep one of the two",
                *place,
            )
        self._class_of[category] = name

    def _refuse(self, problem: str, *place: str | int) -> NoReturn:
        line = self._document.lines.get(place)
        where = f"{self._path}:{line}" if line else self._path
        raise SettingsError(f"{_SETTING}: {where}: {problem}")


def _problem_of_name(name: object) -> str:
    """What is wrong with the name of a class or category; '' where nothing is."""
    if not isinstance(name, str):
        return "is not read as text; put it in quotes, or take it out of a list of its own"
    if not name.strip():
        return "is no name on one line; give it one"
    return "begins or ends with white space; take that away" if name != name.strip() else ""
