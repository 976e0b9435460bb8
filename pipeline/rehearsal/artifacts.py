"""The artifacts of all rehearsals in a folder, in place of Vertex ML Metadata."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_FILE = "artifacts.json"
_LIVE = "LIVE"
_CONDITION = re.compile(r'^(?P<field>[\w.]+)=(?P<value>"[^"]*"|\S+)$')
_INPUT_METADATA = re.compile(
    r"\{\{\$\.inputs\.artifacts\['(?P<input>\w+)'\]\.metadata\['(?P<key>\w+)'\]\}\}"
)


@dataclass(frozen=True)
class Artifact:
    """A RuntimeArtifact: resource name, type, place and properties."""

    name: str
    type: Mapping[str, Any]
    uri: str
    metadata: Mapping[str, Any]

    def to_message(self) -> dict[str, Any]:
        """As ExecutorInput has it."""
        return asdict(self)


class ArtifactStore:
    """Artifacts in the order they were made, kept in `folder` from one rehearsal to the next."""

    def __init__(self, folder: Path):
        self._file = folder / _FILE
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else "[]"
        self._artifacts = [Artifact(**fields) for fields in json.loads(text)]

    def next_name(self, offset: int = 0) -> str:
        """Resource name for a new artifact."""
        number = len(self._artifacts) + offset + 1
        return f"projects/rehearsal/locations/here/metadataStores/default/artifacts/{number}"

    def add(self, artifacts: Sequence[Artifact]) -> None:
        """Keeps what a task made, all of it or nothing."""
        self._artifacts += artifacts
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps([asdict(a) for a in self._artifacts], indent=1), "utf-8")
        os.replace(part, self._file)

    def query(self, filter_: str, inputs: Mapping[str, Sequence[Artifact]]) -> list[Artifact]:
        """The newest artifact that a resolver's filter finds, if any.

        Args:
            filter_: conditions `field=value` joined by AND; values may refer to metadata of inputs.
            inputs: of the resolver task.
        """
        filled = _fill(filter_, inputs)
        if filled is None:
            return []
        conditions = [_CONDITION.match(condition) for condition in filled.split(" AND ")]
        if not all(conditions):
            raise ValueError(f"cannot read the resolver's filter {filter_}")
        wanted = {match["field"]: match["value"].strip('"') for match in conditions if match}
        found = [artifact for artifact in self._artifacts if _matches(artifact, wanted)]
        return found[-1:]


def _fill(filter_: str, inputs: Mapping[str, Sequence[Artifact]]) -> str | None:
    """The filter with the inputs' metadata; None where an input is missing."""
    for match in _INPUT_METADATA.finditer(filter_):
        artifacts = inputs.get(match["input"], [])
        if not artifacts:
            return None
        filter_ = filter_.replace(match[0], str(artifacts[0].metadata[match["key"]]))
    return filter_


def _matches(artifact: Artifact, wanted: Mapping[str, str]) -> bool:
    return all(_matches_field(artifact, field, value) for field, value in wanted.items())


def _matches_field(artifact: Artifact, field: str, value: str) -> bool:
    if field == "schema_title":
        return title_of(artifact.type) == value
    if field == "state":
        return value == _LIVE  # failed tasks leave none
    if field == "name":
        return artifact.name == value
    kind, key, attribute = field.split(".")
    if (kind, attribute) != ("metadata", "number_value"):
        raise ValueError(f"cannot filter by {field}")
    return float(artifact.metadata.get(key, "nan")) == float(value)


def title_of(type_: Mapping[str, Any]) -> str:
    """Name of an artifact type, such as tfx.Model."""
    if "schemaTitle" in type_:
        return type_["schemaTitle"]
    match = re.search(r"^title: (\S+)", type_["instanceSchema"], re.MULTILINE)
    return match[1] if match else ""
