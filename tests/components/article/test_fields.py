"""The fields of an article and the reviewed schema say the same."""

from __future__ import annotations

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.article.fields import FIELDS, PARTITION_KEY, TEXT_FIELDS
from pipeline.settings import REPOSITORY, DataSettings


def test_the_schema_has_every_field_and_no_other():
    text = DataSettings().schema_file.read_text(encoding="utf-8")
    schema = text_format.Parse(text, schema_pb2.Schema())
    assert {feature.name for feature in schema.feature} == {*FIELDS, PARTITION_KEY}
    assert len(schema.feature) == len(FIELDS) + 1
    assert {feature.type for feature in schema.feature} == {schema_pb2.BYTES}


def test_components_are_given_the_text_fields_as_a_value():
    files = (REPOSITORY / "components").rglob("*.py")
    naming = {file.name for file in files if "TEXT_FIELDS" in file.read_text("utf-8")}
    assert naming == {"fields.py"}


def test_the_text_fields_are_fields():
    assert set(TEXT_FIELDS) <= set(FIELDS)
