from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.terminal.progress_bar import open_with_progress


def test_a_log_gets_no_empty_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    file = tmp_path / "rows.json"
    file.write_bytes(b"a row\n")
    with open_with_progress(file) as lines:
        assert list(lines) == [b"a row\n"]
    assert capfd.readouterr().err == ""
