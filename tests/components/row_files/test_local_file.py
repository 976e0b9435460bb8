"""What is named as a data file and is none: refused before it is opened, so nothing hangs."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from components.errors import DataError
from components.row_files.local_file import open_local


def test_a_file_is_opened_and_a_link_to_it(tmp_path: Path):
    (tmp_path / "rows.json").write_bytes(b"{}")
    (tmp_path / "link").symlink_to(tmp_path / "rows.json")
    with open_local(tmp_path / "link") as file:
        assert file.read() == b"{}"


def test_what_is_no_file_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    os.mkfifo("pipe")
    Path("link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        for name, sentence in {
            ".": "is a folder; name the files in it",
            "pipe": "is a named pipe; write what comes out of it to a file",
            "link": "is a named pipe; ",
            "socket": "is a socket; ",
            "/dev/null": "is a device; ",
        }.items():
            with pytest.raises(DataError, match=f"^{name}: {sentence}"):
                open_local(name)


def test_what_is_not_there_is_an_error_of_the_system(tmp_path: Path):
    (tmp_path / "loop").symlink_to("loop")
    for name in ("missing", "loop"):
        with pytest.raises(OSError, match=name):
            open_local(tmp_path / name)
