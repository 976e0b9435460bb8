"""Reads the reviewed schema and refuses what TFDV could not use, before anything runs."""

from __future__ import annotations

from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.errors import SettingsError


def read_schema(file: Path) -> str:
    """The text of a TFDV schema.

    Raises:
        SettingsError: the file cannot be read or is no schema.
    """
    try:
        text = file.read_text(encoding="utf-8")
        schema = text_format.Parse(text, schema_pb2.Schema())
    except (OSError, ValueError, RecursionError, text_format.ParseError) as error:
        raise SettingsError(f"data.schema_file: {file} is no readable schema: {error}") from error
    if not schema.feature:
        raise SettingsError(f"data.schema_file: {file} has no feature")
    return text
