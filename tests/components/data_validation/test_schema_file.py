"""What settings add to the reviewed schema, and what TFDV makes of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import tensorflow_data_validation as tfdv
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2

from components.article.fields import FIELDS, TEXT_FIELDS
from components.data_validation.anomalies import read_anomalies
from components.data_validation.schema_file import complete_schema, read_schema
from components.errors import SettingsError
from pipeline.settings import DataSettings

FILE = DataSettings().schema_file
CATEGORIES = ("POLITICS", "CRIME")
ROW = dict.fromkeys((*FIELDS, "partition_key"), "text") | {"category": "CRIME"}


def complete(text: str, categories: tuple[str, ...] = CATEGORIES, min_rows: int = 3) -> str:
    return complete_schema(text, Path("my.pbtxt"), categories, TEXT_FIELDS, min_rows)


def parse(text: str) -> schema_pb2.Schema:
    return text_format.Parse(text, schema_pb2.Schema())


def feature(text: str, name: str = "category") -> schema_pb2.Feature:
    return next(each for each in parse(text).feature if each.name == name)


def anomalies_of(
    rows: list[dict[str, str]], environment: str | None = None
) -> anomalies_pb2.Anomalies:
    statistics = tfdv.generate_statistics_from_dataframe(pd.DataFrame(rows))
    return tfdv.validate_statistics(
        statistics, parse(complete(read_schema(FILE))), environment=environment
    )


def test_good_rows_have_no_anomalies():
    found = anomalies_of([ROW] * 3)
    assert not found.anomaly_info
    assert not found.HasField("dataset_anomaly_info")


def test_few_rows_and_categories_that_the_taxonomy_lacks_are_anomalies(tmp_path: Path):
    found = anomalies_of([{**ROW, "category": "SPACE", "more": "x"}] * 2)
    (tmp_path / "Split-train").mkdir()
    (tmp_path / "Split-train" / "SchemaDiff.pb").write_bytes(found.SerializeToString())
    whole, category, more = read_anomalies(str(tmp_path), ["train"])
    assert "2 examples, which is fewer" in whole.description
    assert category.feature == "category" and "SPACE" in category.description
    assert not category.is_new_feature and not whole.is_new_feature
    assert more.feature == "more" and more.is_new_feature


def test_rows_to_be_served_need_no_category():
    rows = [{name: text for name, text in ROW.items() if name != "category"}] * 3
    assert not anomalies_of(rows, "SERVING").anomaly_info
    assert set(anomalies_of(rows, "TRAINING").anomaly_info) == {"category"}
    assert set(anomalies_of(rows).anomaly_info) == {"category"}, "as ExampleValidator asks"


def test_transform_still_reads_every_feature_as_one_text():
    from tensorflow_transform.tf_metadata import schema_utils

    specification = schema_utils.schema_as_feature_spec(parse(complete(read_schema(FILE))))
    fixed = {(tuple(each.shape), each.dtype.name) for each in specification.feature_spec.values()}
    assert fixed == {((1,), "string")}


def test_a_field_that_is_read_and_not_in_the_file_is_added_and_checked():
    text = complete('feature { name: "headline" }')
    for name in (*TEXT_FIELDS, "date", "category"):
        assert feature(text, name).presence.min_fraction == 1
        assert feature(text, name).type == schema_pb2.BYTES


def test_the_result_is_the_same_text_every_time():
    text = complete(read_schema(FILE))
    assert complete(text) == text
    assert list(parse(text).default_environment) == ["TRAINING", "SERVING"]
    assert complete(read_schema(FILE), CATEGORIES[::-1]) == text


def test_what_the_file_says_beside_it_stays():
    text = complete(
        'feature { name: "category" in_environment: "SERVING" '
        'string_domain { value: "CRIME" value: "POLITICS" value: "SPACE" } }'
        "dataset_constraints { min_examples_count: 7 }"
    )
    assert list(feature(text).string_domain.value) == ["CRIME", "POLITICS"], "the narrower one"
    assert list(feature(text).not_in_environment) == []
    assert parse(text).dataset_constraints.min_examples_count == 7


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('feature { name: "category" string_domain { value: "CRIME" } }', "lacks POLITICS, which"),
        (
            'string_domain { name: "c" value: "CRIME" } feature { name: "category" domain: "c" }',
            "lacks POLITICS, which",
        ),
        ('feature { name: "category" int_domain { } }', "is a text, so its domain is a string"),
        ('feature { name: "headline" type: INT }', "'headline' is a text, so its type is BYTES"),
        ('feature { name: "date" presence { min_fraction: 0.5 } }', "every row has 'date', so"),
        ('feature { name: "date" value_count { min: 0 max: 1 } }', "value_count is 1 to 1"),
        ('feature { name: "date" shape { dim { size: 2 } } }', "one dim of size 1"),
    ],
)
def test_a_file_that_says_something_else_is_refused_by_name(text: str, problem: str):
    with pytest.raises(SettingsError, match="data.schema_file: my.pbtxt: ") as raised:
        complete(text)
    assert problem in str(raised.value)
