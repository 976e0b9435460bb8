"""Where a copy may go."""

from __future__ import annotations

import pytest

from components.errors import SettingsError
from pipeline.vertex.address import checked_address


@pytest.mark.parametrize(
    "destination", ["gs://acme-news/data/rows.json", "gs://acme.example_1/a", "gs://acme-news/a/"]
)
def test_a_place_in_a_bucket_is_taken(destination: str):
    assert checked_address(destination) == destination


@pytest.mark.parametrize(
    ("destination", "wrong"),
    [
        ("copy", "is not on gs://"),
        ("/data/copy", "is not on gs://"),
        ("file:///data/copy", "is not on gs://"),
        ("s3://acme-news/copy", "is not on gs://"),
        ("gs:/acme-news/copy", "is not on gs://"),
        ("gs:acme-news/copy", "is not on gs://"),
        ("", "is not on gs://"),
        ("gs://", "names no place in a bucket"),
        ("gs:///copy", "names no place in a bucket"),
        ("gs://acme-news", "names no place in a bucket"),
        ("gs://acme-news/", "names no place in a bucket"),
        ("gs://acme-news//copy", "names no place in a bucket"),
        ("gs://Acme News/copy", "names no place in a bucket"),
        ("gs://-acme/copy", "names no place in a bucket"),
    ],
)
def test_anything_else_is_refused_with_what_it_takes(destination: str, wrong: str):
    with pytest.raises(SettingsError) as error:
        checked_address(destination)
    assert str(error.value) == f"DESTINATION: {destination} {wrong}; give gs://BUCKET/PLACE"
