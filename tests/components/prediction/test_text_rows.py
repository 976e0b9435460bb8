"""Rows to predict: bad ones are reported with their line, the others keep their order."""

from pathlib import Path

import pytest

from components.errors import SettingsError
from components.prediction.text_rows import read_texts


def test_bad_rows_are_reported_with_their_line_and_the_rest_goes_on(tmp_path: Path):
    file = tmp_path / "rows.json"
    file.write_bytes(
        b'{"headline": "A", "short_description": null}\n'
        b"\n"
        b"{broken\n"
        b'{"headline": 4}\n'
        b'{"headline": "\xff"}\n'
        b'{"headline": " "}\n'
        b'{"short_description": "B"}\n'
    )
    bad: list[tuple[int, str]] = []
    rows = list(read_texts(file, lambda line, reason: bad.append((line, reason))))
    assert rows == [("A", ""), ("", "B")]
    assert [line for line, _ in bad] == [3, 4, 5, 6]
    assert "not JSON" in bad[0][1]
    assert "empty" in bad[3][1]


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match="cannot read .*missing.json"):
        list(read_texts(tmp_path / "missing.json", lambda *_: None))
