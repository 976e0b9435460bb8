"""A bucket of Cloud Storage on loopback: what the client library asks its JSON API for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import google_crc32c

from tests.support.local_server import serve_locally

_FORGOTTEN = 1 << 18


@dataclass
class Upload:
    """A resumable upload that is not complete: no object yet."""

    name: str
    only_if_absent: bool
    received: bytearray = field(default_factory=bytearray)


@dataclass
class FakeBucket:
    """What the bucket holds, and how the service behaves.

    Attributes:
        name: all other buckets are unknown.
        address: for STORAGE_EMULATOR_HOST.
        objects: contents by name.
        uploads: resumable uploads by id.
        drops: how many requests with contents of an object are lost, with the connection.
        lost_answers: objects that are written, but the connection is lost before the answer.
        corrupted: objects of which other bytes arrive than were sent.
        forgetful: keeps less of a chunk than it was sent, as the service may.
        on_absent: what somebody else writes, name and contents, once an object was seen absent.
        refuse: status and message of the answer to everything.
        chunks: ranges that resumable uploads sent.
    """

    name: str = "acme-news"
    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    drops: dict[str, int] = field(default_factory=dict)
    lost_answers: set[str] = field(default_factory=set)
    corrupted: set[str] = field(default_factory=set)
    forgetful: bool = False
    on_absent: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    refuse: tuple[HTTPStatus, str] | None = None
    chunks: list[str] = field(default_factory=list)

    def folder(self, place: str) -> dict[str, bytes]:
        """The objects in a folder, by their names there."""
        prefix = f"{place}/"
        return {
            name.removeprefix(prefix): contents
            for name, contents in self.objects.items()
            if name.startswith(prefix)
        }

    def download(self, place: str, folder: Path) -> Path:
        """Brings a folder here."""
        folder.mkdir()
        for name, contents in self.folder(place).items():
            (folder / name).write_bytes(contents)
        return folder

    def describe(self, name: str) -> dict[str, str]:
        contents = self.objects[name]
        """The metadata that the service keeps of an object."""
        return {
            "kind": "storage#object",
            "bucket": self.name,
            "name": name,
            "generation": "1",
            "size": str(len(contents)),
            "crc32c": _text(google_crc32c.Checksum(contents).digest()),
            "md5Hash": _text(hashlib.md5(contents).digest()),
        }


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


class _RefusedError(Exception):
    def __init__(self, status: HTTPStatus, message: str):
        super().__init__(message)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeBucket
    _body: bytes

    def do_GET(self) -> None:  # noqa: N802
        self._answer(self._get)

    def do_POST(self) -> None:  # noqa: N802
        self._answer(self._start_upload)

    def do_PUT(self) -> None:  # noqa: N802
        self._answer(self._continue_upload)

    def do_DELETE(self) -> None:  # noqa: N802
        self._answer(self._delete)

    def log_message(self, *arguments: Any) -> None:
        """Says nothing."""

    def _answer(self, respond: Any) -> None:
        self._body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        bucket, _, name = url.path.partition("/b/")[2].partition("/o")
        try:
            if self.fake.refuse:
                raise _RefusedError(*self.fake.refuse)
            if bucket != self.fake.name:
                raise _RefusedError(HTTPStatus.NOT_FOUND, "The specified bucket does not exist.")
            respond(unquote(name.removeprefix("/")), query)
        except _RefusedError as error:
            self._send(error.status, {"error": {"code": error.status, "message": str(error)}})
        except ConnectionAbortedError:
            self.close_connection = True

    def _send(self, status: HTTPStatus, document: Any, **headers: str) -> None:
        self._send_bytes(status, json.dumps(document).encode(), **headers)

    def _send_bytes(self, status: HTTPStatus, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for header, value in ({"Content-Type": "application/json"} | headers).items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _get(self, name: str, query: dict[str, str]) -> None:
        if not name:
            names = sorted(n for n in self.fake.objects if n.startswith(query["prefix"]))
            self._send(HTTPStatus.OK, {"items": [self.fake.describe(n) for n in names]})
        elif name in self.fake.objects and query.get("alt") == "media":
            self._send_bytes(HTTPStatus.OK, self.fake.objects[name])
        elif name in self.fake.objects:
            self._send(HTTPStatus.OK, self.fake.describe(name))
        else:
            if name in self.fake.on_absent:
                written, contents = self.fake.on_absent.pop(name)
                self.fake.objects[written] = contents
            raise _RefusedError(HTTPStatus.NOT_FOUND, f"No such object: {self.fake.name}/{name}")

    def _delete(self, name: str, query: dict[str, str]) -> None:
        del self.fake.objects[name]
        self._send(HTTPStatus.OK, {})

    def _start_upload(self, name: str, query: dict[str, str]) -> None:
        only_if_absent = query.get("ifGenerationMatch") == "0"
        if query["uploadType"] == "resumable":
            metadata = json.loads(self._body)
            upload_id = uuid.uuid4().hex
            self.fake.uploads[upload_id] = Upload(metadata["name"], only_if_absent)
            url = f"{self.fake.address}{self.path}&upload_id={upload_id}"
            self._send(HTTPStatus.OK, {}, Location=url)
            return
        boundary = re.search(rb'boundary="(.+)"', self.headers["Content-Type"].encode())[1]
        _, first, second = self._body.split(b"--" + boundary + b"\r\n")
        metadata = json.loads(first.partition(b"\r\n\r\n")[2])
        contents = second.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n--" + boundary + b"--")
        self._maybe_drop(metadata["name"])
        self._store(Upload(metadata["name"], only_if_absent, bytearray(contents)), metadata)

    def _continue_upload(self, name: str, query: dict[str, str]) -> None:
        upload = self.fake.uploads[query["upload_id"]]
        sent = self.headers["Content-Range"]
        self.fake.chunks.append(sent)
        start, end, total = map(int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", sent).groups())
        self._maybe_drop(upload.name)
        upload.received[start:] = self._body
        if end + 1 == total:
            del self.fake.uploads[query["upload_id"]]
            self._store(upload, {})
            return
        if self.fake.forgetful:
            del upload.received[-_FORGOTTEN:]
        last = len(upload.received) - 1
        self._send(HTTPStatus.PERMANENT_REDIRECT, {}, Range=f"bytes=0-{last}")

    def _maybe_drop(self, name: str) -> None:
        if self.fake.drops.get(name):
            self.fake.drops[name] -= 1
            raise ConnectionAbortedError

    def _store(self, upload: Upload, metadata: dict[str, str]) -> None:
        """The precondition is looked at now, as the service does for resumable uploads."""
        if upload.only_if_absent and upload.name in self.fake.objects:
            message = "At least one of the pre-conditions you specified did not hold."
            raise _RefusedError(HTTPStatus.PRECONDITION_FAILED, message)
        if upload.name in self.fake.corrupted:
            upload.received[-1] ^= 1
        contents = bytes(upload.received)
        found = _text(google_crc32c.Checksum(contents).digest())
        if (given := metadata.get("crc32c", found)) != found:
            message = f'Provided CRC32C "{given}" doesn\'t match calculated CRC32C "{found}".'
            raise _RefusedError(HTTPStatus.BAD_REQUEST, message)
        self.fake.objects[upload.name] = contents
        if upload.name in self.fake.lost_answers:
            self.fake.lost_answers.remove(upload.name)
            raise ConnectionAbortedError
        self._send(HTTPStatus.OK, self.fake.describe(upload.name))


@contextmanager
def serve(fake: FakeBucket) -> Iterator[None]:
    """Answers for a bucket, at the address that it is given."""
    with serve_locally(type("Handler", (_Handler,), {"fake": fake})) as fake.address:
        yield
