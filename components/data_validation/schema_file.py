"""Reads the reviewed schema, refuses what could not be used, and adds what the settings say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.article.fields import CATEGORY, DATE
from components.errors import SettingsError
from components.files import read_text

SCHEMA_FILE = "schema.pbtxt"
"""Where StatisticsGen, ExampleValidator and Transform look for it, in an artifact's folder."""

TRAINING, SERVING = "TRAINING", "SERVING"
_SETTING = "data.schema_file"


def read_schema(file: Path) -> str:
    """The text of a TFDV schema.

    Raises:
        SettingsError: the file cannot be read or is no schema.
    """
    try:
        text = file.read_text(encoding="utf-8")
        schema = text_format.Parse(text, schema_pb2.Schema())
    except (OSError, ValueError, RecursionError, text_format.ParseError) as error:
        raise SettingsError(f"{_SETTING}: {file} is no readable schema: {error}") from error
    if not schema.feature:
        raise SettingsError(f"{_SETTING}: {file} has no feature")
    return text


def complete_schema(
    text: str, file: Path, categories: Iterable[str], text_fields: Sequence[str], min_rows: int
) -> str:
    """Adds to a reviewed schema what the settings say.

    The categories of the taxonomy become the domain of `category`; the fields that are read become
    features where it has none; a split has so many rows at least; and rows to be served need no
    category (environment SERVING).

    Args:
        text: of the schema, see `read_schema`.
        file: that it is from, for messages.
        categories: of the taxonomy, which are learnt.
        text_fields: that the model reads.
        min_rows: least rows of a split.

    Raises:
        SettingsError: the file says something else.
    """
    schema = text_format.Parse(text, schema_pb2.Schema())
    completed = _Completion(schema, file)
    for name in (*text_fields, CATEGORY, DATE):
        completed.require_text(name)
    completed.set_domain(CATEGORY, sorted(categories))
    completed.require_rows(min_rows)
    completed.serve_without(CATEGORY)
    return text_format.MessageToString(schema)


def read_run_schema(uri: str) -> schema_pb2.Schema:
    """The schema of a Schema artifact."""
    return text_format.Parse(read_text(f"{uri}/{SCHEMA_FILE}"), schema_pb2.Schema())


class _Completion:
    """A schema that is added to, and its file, which may not be contradicted in silence."""

    def __init__(self, schema: schema_pb2.Schema, file: Path):
        self._schema, self._file = schema, file

    def require_text(self, name: str) -> None:
        """Every row has the feature, one text; Transform cannot read it otherwise."""
        if not any(feature.name == name for feature in self._schema.feature):
            self._schema.feature.add(name=name, type=schema_pb2.BYTES)
        feature = self._feature(name)
        if feature.type not in (schema_pb2.BYTES, schema_pb2.TYPE_UNKNOWN):
            self._refuse(f"feature {name!r} is a text, so its type is BYTES")
        feature.type = schema_pb2.BYTES
        presence, shape = feature.presence, feature.shape
        if presence.HasField("min_fraction") and presence.min_fraction != 1:
            self._refuse(f"every row has {name!r}, so its presence.min_fraction is 1")
        presence.min_fraction, presence.min_count = 1, max(presence.min_count, 1)
        if feature.HasField("value_count"):
            if (feature.value_count.min, feature.value_count.max) != (1, 1):
                self._refuse(f"every row has {name!r} once, so its value_count is 1 to 1")
            feature.ClearField("value_count")
        if not shape.dim:
            shape.dim.add(size=1)
        if [dim.size for dim in shape.dim] != [1]:
            self._refuse(f"every row has {name!r} once, so its shape is one dim of size 1")

    def set_domain(self, name: str, values: Sequence[str]) -> None:
        """The feature has one of these values."""
        feature = self._feature(name)
        allowed = self._domain(feature)
        if missing := sorted({*values} - {*allowed}) if allowed is not None else []:
            self._refuse(
                f"the domain of {name!r} lacks {', '.join(missing)}, which data.taxonomy has; add "
                "them, or leave the domain to the taxonomy"
            )
        domain = schema_pb2.StringDomain(value=values)
        domain.name = feature.string_domain.name
        feature.string_domain.CopyFrom(domain)

    def _domain(self, feature: schema_pb2.Feature) -> Sequence[str] | None:
        """The values that the file allows; None where it allows any."""
        kind = feature.WhichOneof("domain_info")
        if kind is None:
            return None
        if kind == "string_domain":
            return feature.string_domain.value
        if kind != "domain":
            self._refuse(f"{feature.name!r} is a text, so its domain is a string_domain")
        shared = {domain.name: domain.value for domain in self._schema.string_domain}
        return shared.get(feature.domain, ())

    def require_rows(self, least: int) -> None:
        """A split has so many rows at least, or as many as the file asks for."""
        constraints = self._schema.dataset_constraints
        constraints.min_examples_count = max(least, constraints.min_examples_count)

    def serve_without(self, name: str) -> None:
        """Rows to be served lack the feature."""
        environments = self._schema.default_environment
        environments.extend(each for each in (TRAINING, SERVING) if each not in environments)
        feature = self._feature(name)
        if SERVING not in (*feature.in_environment, *feature.not_in_environment):
            feature.not_in_environment.append(SERVING)

    def _feature(self, name: str) -> schema_pb2.Feature:
        return next(feature for feature in self._schema.feature if feature.name == name)

    def _refuse(self, problem: str) -> NoReturn:
        raise SettingsError(f"{_SETTING}: {self._file}: {problem}")
