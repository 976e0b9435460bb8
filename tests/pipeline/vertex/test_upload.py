"""Copies of files: whole and checked, or not there; and what each failure tells to do."""

from __future__ import annotations

import io
import json
import random
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from google.api_core.exceptions import BadGateway, RetryError, Unauthorized
from google.auth.exceptions import RefreshError, TransportError
from rich.console import Console

from components.errors import SettingsError
from pipeline.vertex.upload import CopyError, client, copy_file, explained
from tests.support.fake_bucket import FakeBucket

TARGET = "gs://acme-news/data/rows.json"
NAME = "data/rows.json"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "rows.json"
    file.write_bytes(b'{"headline": "Home win"}\n')
    return file


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """So large that it goes in three chunks."""
    file = tmp_path / "weights"
    file.write_bytes(random.Random(1).randbytes(20 << 20))
    return file


def copy(source: Path, target: str = TARGET) -> bool:
    return copy_file(source, target, Console(quiet=True))


@pytest.mark.parametrize("contents", [b"", b"rows\r\n\r\n--rows\n", b"\x00\xff\r"])
def test_a_file_is_copied_as_it_is(bucket: FakeBucket, tmp_path: Path, contents: bytes):
    file = tmp_path / "file"
    file.write_bytes(contents)
    assert copy(file)
    assert bucket.objects == {NAME: contents}
    assert not copy(file)


def test_a_large_file_goes_in_chunks(bucket: FakeBucket, large: Path):
    assert copy(large)
    assert bucket.objects == {NAME: large.read_bytes()}
    assert len(bucket.chunks) == 3
    assert not bucket.uploads
    assert not copy(large)
    assert len(bucket.chunks) == 3  # no part of it was sent again


def test_the_terminal_shows_how_far_a_file_is(
    bucket: FakeBucket, large: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TERM", "xterm")
    terminal = io.StringIO()
    copy_file(large, TARGET, Console(file=terminal, force_terminal=True, width=100))
    assert "weights" in terminal.getvalue()
    assert "21.0/21.0 MB" in terminal.getvalue()


def test_a_log_gets_no_empty_lines(bucket: FakeBucket, small: Path):
    log = io.StringIO()
    copy_file(small, TARGET, Console(file=log))
    assert not log.getvalue()


def test_a_chunk_that_is_lost_is_sent_again(bucket: FakeBucket, large: Path):
    bucket.drops[NAME] = 2
    assert copy(large)
    assert bucket.objects == {NAME: large.read_bytes()}
    assert len(bucket.chunks) == 5


@pytest.mark.parametrize("size", ["small", "large"])
def test_what_arrives_corrupted_is_not_there(
    bucket: FakeBucket, size: str, request: pytest.FixtureRequest
):
    file: Path = request.getfixturevalue(size)
    bucket.corrupted.add(NAME)
    with pytest.raises(CopyError, match=r"(CRC32C|checksum).*; the same command goes on$"):
        copy(file)
    assert not bucket.objects
    bucket.corrupted.clear()
    assert copy(file)
    assert bucket.objects == {NAME: file.read_bytes()}


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_file_that_appears_meanwhile_is_compared(
    bucket: FakeBucket, size: str, request: pytest.FixtureRequest
):
    file: Path = request.getfixturevalue(size)
    bucket.on_absent[NAME] = NAME, file.read_bytes()
    assert not copy(file)
    del bucket.objects[NAME]
    other = b"?" + file.read_bytes()[1:]
    bucket.on_absent[NAME] = NAME, other
    with pytest.raises(SettingsError, match=r"rows\.json is there, and differs"):
        copy(file)
    assert bucket.objects == {NAME: other}


def test_a_file_whose_answer_was_lost_is_there(bucket: FakeBucket, small: Path):
    bucket.lost_answers.add(NAME)
    assert not copy(small)
    assert bucket.objects == {NAME: small.read_bytes()}


@pytest.mark.parametrize("contents", [b'{"headline": "Home los"}\n', b"", b'{"headline"'])
def test_other_contents_are_not_replaced(bucket: FakeBucket, small: Path, contents: bytes):
    bucket.objects[NAME] = contents
    with pytest.raises(SettingsError, match="is there, and differs"):
        copy(small)
    assert bucket.objects == {NAME: contents}


def test_a_lost_connection_leaves_no_file(bucket: FakeBucket, large: Path):
    bucket.drops[NAME] = 1000
    with pytest.raises(CopyError) as error:
        copy(large)
    assert str(error.value) == (
        f"{TARGET}: connection lost (ConnectionError); the same command goes on"
    )
    assert not bucket.objects


def test_a_chunk_of_which_less_was_kept_is_an_error_and_no_stack_trace(
    bucket: FakeBucket, large: Path
):
    bucket.forgetful = True
    with pytest.raises(CopyError, match="; the same command goes on$"):
        copy(large)
    assert not bucket.objects


def test_a_missing_permission_is_named_with_the_role(bucket: FakeBucket, small: Path):
    message = "me@acme.example does not have storage.objects.get access"
    bucket.refuse = HTTPStatus.FORBIDDEN, message
    with pytest.raises(CopyError) as error:
        copy(small)
    assert str(error.value) == (
        f"{TARGET}: {message} [sign in: `gcloud auth application-default login`, with an account "
        "that has roles/storage.objectAdmin on the bucket]"
    )


def test_a_bucket_that_is_not_there_is_named(bucket: FakeBucket, small: Path):
    with pytest.raises(CopyError) as error:
        copy(small, "gs://acme-typo/rows.json")
    assert str(error.value) == (
        "gs://acme-typo/rows.json: The specified bucket does not exist [is the bucket there? "
        "`gcloud storage buckets list` tells]"
    )


def test_without_credentials_it_tells_how_to_sign_in(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    client.cache_clear()
    with pytest.raises(CopyError, match=r"credentials were not found.*\[sign in: `gcloud auth app"):
        copy(small)


def test_credentials_without_a_project_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    key = {"type": "authorized_user", "client_id": "?", "client_secret": "?", "refresh_token": "?"}
    (tmp_path / "key.json").write_text(json.dumps(key), encoding="utf-8")
    for name in ("STORAGE_EMULATOR_HOST", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    client.cache_clear()
    assert client().project is None
    client.cache_clear()


@pytest.mark.parametrize(
    ("failure", "remedy"),
    [
        (
            RetryError("in vain", cause=requests.ConnectionError("?")),
            "connection lost (ConnectionError); the same command goes on",
        ),
        (TransportError("?"), "connection lost (TransportError); the same command goes on"),
        (RefreshError("invalid_grant: expired"), "[sign in: "),
        (Unauthorized("Invalid Credentials"), "[sign in: "),
        (
            BadGateway("proxy", response=SimpleNamespace(json=lambda: {"error": "down"})),
            "502 proxy; the same command goes on",
        ),
    ],
)
def test_what_was_tried_in_vain_decides_what_to_do(failure: Exception, remedy: str):
    with pytest.raises(CopyError) as error, explained(TARGET):
        raise failure
    assert remedy in str(error.value)
