"""`newscat tokenize` on the rows of a file."""

from __future__ import annotations

import bz2
from pathlib import Path

import pytest

from components.errors import DataError, SettingsError
from pipeline.cli.tokenize import tokenize


def test_the_rows_of_a_compressed_file_are_shown_harmlessly(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "rows.json.bz2"
    rows = b'{"headline": "\\u001b[2J", "short_description": "two\\nlines"}\nno row\n'
    file.write_bytes(bz2.compress(rows))
    tokenize(checkpoint=str(checkpoint), file=file)
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0] == r"\u001b[2J two\nlines"
    assert "\x1b" not in captured.out
    assert f"{file}:2: not JSON" in captured.err

    file.write_bytes(bz2.compress(rows)[:-1])
    with pytest.raises(DataError, match="is cut off"):
        tokenize(checkpoint=str(checkpoint), file=file)
    file.write_bytes(bz2.compress(b"no row\n"))
    with pytest.raises(SettingsError, match="none of the 1 rows"):
        tokenize(checkpoint=str(checkpoint), file=file)
