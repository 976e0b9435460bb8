"""Kaggle on loopback: what its client asks for, to download a file of a data set."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.local_server import serve_locally

_DOWNLOAD = "/api/v1/datasets/download/"
_STORAGE = "/storage/"


@dataclass
class FakeKaggle:
    """What the service has, and how it behaves.

    Attributes:
        address: for KAGGLE_API_ENDPOINT.
        files: contents by data set, version and name, as in 'owner/name/3/rows.json'.
        credentials: name and key that it asks for; None where anybody may download.
        refuse: status of the answer to everything.
        wrong_md5: whether the hash that it sends is another one.
        without_md5: whether it sends none.
        zipped: whether files come as archives.
        cuts: after how many bytes of their body the next answers are cut off.
        ranges: that were asked for; '' for a whole file.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    credentials: tuple[str, str] | None = None
    refuse: HTTPStatus | None = None
    wrong_md5: bool = False
    without_md5: bool = False
    zipped: bool = False
    cuts: list[int] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)

    def body(self, key: str) -> bytes:
        """What is sent for a file."""
        if not self.zipped:
            return self.files[key]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            # A date, so that the archive is the same each time.
            file.writestr(zipfile.ZipInfo(key.rpartition("/")[2]), self.files[key])
        return archive.getvalue()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeKaggle

    def log_message(self, *arguments: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:  # noqa: N802
        url = urlsplit(self.path)
        if self.fake.refuse:
            self._refuse(self.fake.refuse)
        elif url.path.startswith(_STORAGE):
            self._send_file(url.path.removeprefix(_STORAGE))
        else:
            query = {key: values[0] for key, values in parse_qs(url.query).items()}
            data_set = url.path.removeprefix(_DOWNLOAD)
            self._redirect(f"{data_set}/{query['dataset_version_number']}/{query['file_name']}")

    def _redirect(self, key: str) -> None:
        given = self.headers.get("Authorization", "")
        asked = ":".join(self.fake.credentials or ())
        if asked and given != f"Basic {base64.b64encode(asked.encode()).decode()}":
            self._refuse(HTTPStatus.UNAUTHORIZED)
        elif key not in self.fake.files:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            ending = ".zip" if self.fake.zipped else ""
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", f"{self.fake.address}{_STORAGE}{key}{ending}")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send_file(self, key: str) -> None:
        body = self.fake.body(key.removesuffix(".zip"))
        digest = hashlib.md5(body + b"!" * self.fake.wrong_md5).digest()
        asked = self.headers.get("Range", "")
        self.fake.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-") or 0)
        if start and start >= len(body):
            self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return
        self.send_response(HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(body) - start))
        if not self.fake.without_md5:
            self.send_header("x-goog-hash", "crc32c=AAAAAA==")
            self.send_header("x-goog-hash", f"md5={base64.b64encode(digest).decode()}")
        self.end_headers()
        if self.fake.cuts:
            self.wfile.write(body[start : start + self.fake.cuts.pop(0)])
            self.close_connection = True
        else:
            self.wfile.write(body[start:])

    def _refuse(self, status: HTTPStatus) -> None:
        body = json.dumps({"code": status, "message": status.phrase}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(fake: FakeKaggle) -> Iterator[None]:
    """Answers for Kaggle, at the address that it is given."""
    with serve_locally(type("Handler", (_Handler,), {"fake": fake})) as fake.address:
        yield
