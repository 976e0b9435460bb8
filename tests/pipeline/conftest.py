"""A bucket that the commands copy to."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from google.resumable_media.requests import _request_helpers

from pipeline.vertex import upload
from tests.support.fake_bucket import FakeBucket, serve


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBucket]:
    """An empty bucket; uploads are tried again at once."""
    fake = FakeBucket()
    monkeypatch.setattr(_request_helpers, "time", SimpleNamespace(sleep=lambda seconds: None))
    with serve(fake):
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", fake.address)
        upload.client.cache_clear()
        yield fake
    upload.client.cache_clear()
