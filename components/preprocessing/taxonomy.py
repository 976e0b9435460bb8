"""The category taxonomy: which raw categories make up a class, and which are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from components.errors import SettingsError
from components.preprocessing.features import RESERVED_SLICES


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
        SettingsError: the file is missing or malformed, a category belongs to two classes,
            or an optional class is not in the file, or a class cannot be named so.
    """
    document = _read(Path(path))
    classes = dict(document["classes"])
    optional = dict(document.get("optional_classes") or {})
    for name in optional_classes:
        if name not in optional:
            allowed = ", ".join(sorted(optional)) or "none"
            raise SettingsError(
                f"data.optional_classes: {path} has no optional class {name!r} (it has: {allowed})"
            )
        classes[name] = optional.pop(name)
    class_of: dict[str, str] = {}
    for name, categories in classes.items():
        _check_class_name(path, name)
        for category in categories:
            if category in class_of:
                raise SettingsError(
                    f"{path}: category {category!r} belongs to {class_of[category]!r} and to "
                    f"{name!r}; keep one of the two"
                )
            class_of[category] = name
    excluded = {category for categories in optional.values() for category in categories}
    return Taxonomy(class_of=class_of, excluded=frozenset(excluded - set(class_of)))


def _check_class_name(path: str | Path, name: object) -> None:
    # A class is a line of the export's assets, and a slice of the gate's beside others.
    if not isinstance(name, str) or not name.strip() or len(name.splitlines()) != 1:
        raise SettingsError(f"data.taxonomy: {path}: class {name!r} is no name on one line")
    if name in RESERVED_SLICES:
        raise SettingsError(
            f"data.taxonomy: {path}: no class may be named {name!r}, for the gate lists other rows "
            "under that name; rename it"
        )


def _read(path: Path) -> dict:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"data.taxonomy: cannot read {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"data.taxonomy: {path} is not valid YAML: {error}") from error
    if not isinstance(document, dict) or not document.get("classes"):
        raise SettingsError(f"data.taxonomy: {path} has no `classes`")
    for section in ("classes", "optional_classes"):
        classes = document.get(section) or {}
        if not isinstance(classes, dict) or not all(
            isinstance(categories, list) and categories for categories in classes.values()
        ):
            raise SettingsError(
                f"data.taxonomy: `{section}` of {path} must map each class name to a list of "
                "categories"
            )
    return document
