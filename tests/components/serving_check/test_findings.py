"""The findings as they are kept and read again, without TensorFlow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from components.files import DocumentError
from components.serving_check.findings import (
    Finding,
    has_findings,
    is_blessed,
    read_findings,
    write_findings,
)

PASSED = Finding("scores", True, "equal", "a largest difference of 1e-07", 1e-7, 1e-3)
FAILED = Finding("token_ids", False, "the checkpoint's", "token 3 is 7 'é' instead of 8 'É'")


def test_findings_are_read_as_they_were_written(tmp_path: Path):
    write_findings(str(tmp_path), [PASSED, FAILED])
    assert read_findings(str(tmp_path)) == [PASSED, FAILED]


def test_one_failed_check_is_enough():
    assert is_blessed([PASSED])
    assert not is_blessed([PASSED, FAILED])


def test_a_finding_says_what_was_expected_and_seen():
    assert str(FAILED) == (
        "token_ids: expected the checkpoint's; seen token 3 is 7 'é' instead of 8 'É'"
    )


def test_an_artifact_of_another_component_has_none(tmp_path: Path):
    assert not has_findings(str(tmp_path))
    with pytest.raises(DocumentError, match="is not there"):
        read_findings(str(tmp_path))


def test_reading_needs_no_tensorflow(tmp_path: Path):
    write_findings(str(tmp_path), [FAILED])
    program = (
        "import sys; from components.serving_check.findings import read_findings; "
        "print(read_findings(sys.argv[1])[0].name, 'tensorflow' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["token_ids", "False"]
