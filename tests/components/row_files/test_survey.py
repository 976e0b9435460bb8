"""A file is counted before it is read, and read as it was counted or refused."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import DataError
from components.row_files import survey as surveys
from components.row_files.survey import FileSurvey, read_file, survey_file
from tests.support.compressions import COMPRESS

LINES = st.sampled_from(
    [b'{"a": 1}', b"x", b"", b" \t", b"\r", b"{}\r", b"\x0b\x0c", "é".encode(), b"y" * 40]
)
ROWS = b'{"headline": "A"}\n' * 200


def write(folder: Path, content: bytes, name: str = "rows.json") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def read(survey: FileSurvey) -> list[tuple[int, bytes]]:
    return [(row.line, row.raw) for row in read_file(survey)]


@given(st.lists(LINES, max_size=30), st.booleans(), st.integers(1, 80), st.integers(1, 30))
def test_every_row_is_in_one_range_whatever_their_size(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], ends: bool, size: int, chunk: int
):
    content = b'{"first": 1}\n' + b"\n".join(lines) + (b"\n" if ends else b"")
    file = write(tmp_path_factory.mktemp("survey"), content)
    with patch.object(surveys, "_CHUNK", chunk):
        survey = survey_file(str(file), size)
        rows = read(survey)
    expected = [
        (number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()
    ]
    assert survey.rows == len(expected)
    assert [(number, line.rstrip(b"\n")) for number, line in rows] == expected
    assert (survey.size, survey.ranges[-1].stop) == (len(content), len(content))
    for part in survey.ranges:
        assert part.digest == hashlib.sha256(content[part.start : part.stop]).hexdigest()


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_a_compressed_file_is_one_range(tmp_path: Path, suffix: str):
    compress = COMPRESS[suffix]
    file = write(tmp_path, compress(ROWS) + compress(ROWS), f"rows.json{suffix}")
    survey = survey_file(str(file), range_bytes=10)
    assert (survey.rows, len(survey.ranges), survey.size) == (400, 1, file.stat().st_size)
    assert len(read(survey)) == 400


def test_the_fingerprint_is_of_the_contents_alone(tmp_path: Path):
    one, other = write(tmp_path, ROWS), write(tmp_path, ROWS, "other.json")
    os.utime(other, (1, 1))
    assert survey_file(str(one)).fingerprint == survey_file(str(other)).fingerprint
    stamp = one.stat()
    write(tmp_path, ROWS.replace(b"A", b"B", 1))
    os.utime(one, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert one.stat().st_size == other.stat().st_size
    assert survey_file(str(one)).fingerprint != survey_file(str(other)).fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        ROWS[: len(ROWS) // 2],
        ROWS + b'{"headline": "B"}\n',
        ROWS.replace(b"A", b"B", 1),
        ROWS[:-20] + b'{"headline": "B"}\n  ',
        b"",
    ],
    ids=["shrunk", "grown", "edited", "same size", "emptied"],
)
def test_a_file_that_changes_before_it_is_read_is_named(tmp_path: Path, changed: bytes):
    file = write(tmp_path, ROWS)
    survey = survey_file(str(file), range_bytes=1_000)
    assert len(survey.ranges) > 2
    file.write_bytes(changed)
    with pytest.raises(DataError, match=r"rows\.json: was changed while it was read"):
        read(survey)


def test_a_file_that_is_gone_or_compressed_otherwise_is_named(tmp_path: Path):
    file = write(tmp_path, ROWS)
    survey = survey_file(str(file))
    file.unlink()
    with pytest.raises(DataError, match=r"rows\.json: cannot be read: No such file"):
        read(survey)
    file = write(tmp_path, COMPRESS[".gz"](ROWS), "rows.json.gz")
    survey = survey_file(str(file))
    file.write_bytes(COMPRESS[".gz"](ROWS * 2))
    with pytest.raises(DataError, match=r"rows\.json\.gz: (was changed|is cut off)"):
        read(survey)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="pipe: is a named pipe"):
        survey_file(str(tmp_path / "pipe"))
    with pytest.raises(DataError, match="is a folder; name the files in it"):
        survey_file(str(tmp_path))
    with pytest.raises(DataError, match="none: cannot be read: No such file"):
        survey_file(str(tmp_path / "none"))


def test_a_byte_order_mark_is_no_row(tmp_path: Path):
    for content, rows in ((b"\xef\xbb\xbf\n{}", 1), (b"\xef\xbb\xbf{}", 1)):
        survey = survey_file(str(write(tmp_path, content)))
        assert survey.rows == len(read(survey)) == rows


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("rows.json", b"[{},\n\n{}]", [(1, b"{}"), (3, b"{}")]),
        ("rows.csv", b'a\n"1\n"\n\n2', [(2, b'"1\n"\n'), (5, b"2")]),
    ],
)
def test_what_is_not_by_lines_is_one_range(
    tmp_path: Path, name: str, content: bytes, rows: list[tuple[int, bytes]]
):
    file = write(tmp_path, content, name)
    survey = survey_file(str(file), range_bytes=2)
    assert (survey.rows, len(survey.ranges), survey.size) == (2, 1, len(content))
    assert read(survey) == rows
    assert FileSurvey.from_config(asdict(survey)) == survey
    file.write_bytes(content + b"\n")
    with pytest.raises(DataError, match="was changed while it was read"):
        read(survey)


def test_a_file_without_a_row_is_refused(tmp_path: Path):
    for content in (b"", b"\n \n", b"\xef\xbb\xbf"):
        with pytest.raises(DataError, match="has no row, it is empty"):
            survey_file(str(write(tmp_path, content)))
