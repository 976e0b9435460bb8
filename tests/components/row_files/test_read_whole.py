"""Arrays and tables: whatever was written is read, row by row, with the line it begins on."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.errors import DataError
from components.row_files import json_array
from components.row_files.lines import LONGEST_LINE
from components.row_files.raw_row import RawRow
from components.row_files.rows import numbered_rows
from tests.fuzz.mutations import byte_mutations

MARK = b"\xef\xbb\xbf"
NAMES = ["headline", "short_description", "Ü"]
TEXTS = st.one_of(
    st.text(max_size=9), st.text(alphabet='",;\t\r\n []{}\\aé\u2028', max_size=9), st.just("")
)
OBJECTS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), min_size=1, max_size=5)
MANY = settings(max_examples=150, deadline=None, database=None)


class InSmallPieces:
    """A file that gives little at a time, as a pipe may."""

    def __init__(self, contents: bytes, size: int):
        self._file, self._size = io.BytesIO(contents), size

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, self._size))


def read(contents: bytes, name: str, size: int = 1 << 14) -> list[RawRow]:
    return list(numbered_rows(InSmallPieces(contents, size), name))


def objects(rows: list[RawRow]) -> list[object]:
    assert not [row.fault for row in rows if row.fault]
    return [json.loads(row.json) for row in rows]


SIZES = st.sampled_from([1, 2, 3, 7, 64, 1 << 14])


@MANY
@given(
    rows=OBJECTS,
    indent=st.sampled_from([None, 0, 1, 4, "\t"]),
    is_ascii=st.booleans(),
    around=st.sampled_from([(b"", b""), (MARK, b"\n"), (b"\n \r\n", b" \n\n")]),
    size=SIZES,
)
def test_an_array_gives_back_its_objects(rows, indent, is_ascii, around, size):
    before, after = around
    text = json.dumps(rows, indent=indent, ensure_ascii=is_ascii).encode()
    contents = before + text + after
    with mock.patch.object(json_array, "_READ", size):
        found = read(contents, "rows.json", size)
    assert objects(found) == rows
    assert_rows_are_where_they_are_said_to_be(found, contents)


def assert_rows_are_where_they_are_said_to_be(rows: list[RawRow], contents: bytes) -> None:
    at = 0
    for row in rows:
        at = contents.index(row.raw, at)
        assert row.line == 1 + contents.count(b"\n", 0, at)
        at += len(row.raw)


@MANY
@given(
    rows=OBJECTS,
    kind=st.sampled_from([(".csv", ","), (".csv", ";"), (".csv", "\t"), (".tsv", "\t")]),
    # Python's writer does not quote a CR alone unless it ends lines with one.
    ends=st.sampled_from(
        [("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]
    ),
    before=st.sampled_from([b"", MARK]),
    size=SIZES,
)
def test_a_table_gives_back_its_records(rows, kind, ends, before, size):
    (suffix, delimiter), (end, quoting) = kind, ends
    rows = [{name: text.replace("\x00", "") for name, text in row.items()} for row in rows]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, NAMES, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    contents = before + stream.getvalue().encode("utf-8", "surrogatepass")
    found = read(contents, f"rows{suffix}", size)
    assert objects(found) == rows
    assert_rows_are_where_they_are_said_to_be(found, contents)


@MANY
@given(rows=OBJECTS, size=SIZES, blank=st.sampled_from([b"", b"\n", b" \r\n"]))
def test_lines_give_back_their_objects(rows, size, blank):
    contents = b"".join(json.dumps(row).encode() + b"\n" + blank for row in rows)
    found = read(contents, "rows.json", size)
    assert objects(found) == rows
    assert_rows_are_where_they_are_said_to_be(found, contents)


@pytest.mark.parametrize(
    ("contents", "line", "reason"),
    [
        (b'[{"a": 1},\n{"a": 2}', 2, "the JSON array is cut off"),
        (b'[{"a": 1},\n{"a": "tex', 2, "the JSON array is cut off"),
        (b'[{"a": 1},\n{"a": 2},\n', 3, "the JSON array is cut off"),
        (b"[\n", 2, "the JSON array is cut off"),
        (b'[{"a": 1}]\n\n[{"a": 2}]', 3, "the JSON array is followed by something else"),
        (b'[]\n{"a": 2}', 2, "the JSON array is followed by something else"),
        (b"[" + b" " * 40_000 + b"]\nx", 2, "the JSON array is followed by something else"),
        (b'[\n{"a": 1}\n{"a": 2}]', 3, r"an element .* is not JSON \(Expecting ',' delimiter\)"),
        (b'[\n{"a": 1},\n]', 3, r"an element .* is not JSON \(Expecting value\)"),
        (b'[{"a":\n1 "b"}]', 2, r"an element .* is not JSON \(Expecting ',' delimiter\)"),
        (b'[{"a": "\n"}]', 1, r"an element .* is not JSON \(Invalid control character at\)"),
        (b"[{'a': 1}]", 1, r"an element .* is not JSON"),
        (b"[{}," + b"[" * 100_000 + b"]" * 100_000 + b"]", 1, "an element .* nested too deeply"),
    ],
)
def test_a_broken_array_is_refused_with_the_line(contents: bytes, line: int, reason: str):
    with pytest.raises(DataError, match=rf"^rows\.json:{line}: {reason}.*; mend the file, or"):
        read(contents, "rows.json")


def test_an_element_that_is_too_long_is_refused_in_bounded_memory():
    contents = b'[\n{"a": "' + b"x" * (3 * LONGEST_LINE) + b'"}]'
    with pytest.raises(DataError, match=r"rows\.json:2: an element .* is longer than 16 MiB"):
        read(contents, "rows.json")


def test_an_element_that_is_no_object_is_a_row():
    contents = b'[null, 3,\n "text", [1], {"a": 1}, ' + b"1" * 5_000 + b', "\xff", "\\ud800"]'
    rows = read(contents, "rows.json")
    assert [row.line for row in rows] == [1, 1, *[2] * 6]
    expected = [b"null", b"3", b'"text"', b"[1]", b'{"a": 1}', b"1" * 5_000, b'"\xff"']
    assert [row.raw for row in rows] == [*expected, b'"\\ud800"']
    assert all(row.json is row.raw and not row.fault for row in rows)


class Endless:
    """A file of rows that is made while it is read."""

    def __init__(self, parts: Iterator[bytes]):
        self._parts = parts

    def read(self, size: int) -> bytes:
        return next(self._parts, b"")


@pytest.mark.parametrize(
    ("name", "begin", "part", "end"),
    [
        ("rows.json", b"[", b'{"a": "%s"},\n' % (b"x" * 4_000), b"{}]"),
        ("rows.csv", b"a,b\n", b'"%s\n",b\n' % (b"x" * 4_000), b"a,b\n"),
    ],
    ids=["array", "table"],
)
def test_a_large_file_takes_bounded_memory(name: str, begin: bytes, part: bytes, end: bytes):
    parts = (each for chunk in ([begin], (part * 4 for _ in range(4_000)), [end]) for each in chunk)
    tracemalloc.start()
    try:
        assert sum(1 for _ in numbered_rows(Endless(parts), name)) == 16_001
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20, "bytes, of a file of 64 MB"


@pytest.mark.parametrize(
    ("record", "lines", "fault"),
    [
        (b"a\n", 1, "1 cells, and the header has 2"),
        (b"a,b,c\n", 1, "3 cells, and the header has 2"),
        (b"a,\n", 1, ""),
        (b",\n", 1, ""),
        (b'" "\n', 1, "1 cells, and the header has 2"),
        (b'"a\n\n",b\n', 3, ""),
        (b'"a" said b,c\n', 1, r"not CSV \(',' expected after '\"'\)"),
        (b'a "quoted" word,c\n', 1, ""),
        (b"a\rb,c\n", 1, "not CSV"),
        (b"a\x00,c\n", 1, "a NUL byte in it"),
        (b"\xc4,c\n", 1, r"not UTF-8 \(byte 0 of line 4\)"),
        (b'"a\nb \xc4",c\n', 2, r"not UTF-8 \(byte 2 of line 5\)"),
    ],
)
def test_a_bad_record_is_a_row_and_the_next_one_is_read(record: bytes, lines: int, fault: str):
    contents = b"x,y\n\n1,2\n" + record + b" \n3,4"
    first, bad, last = read(contents, "rows.csv")
    assert first == (3, b"1,2\n", b'{"x": "1", "y": "2"}', "")
    assert (bad.line, bad.raw) == (4, record)
    assert re.match(fault or "$", bad.fault)
    assert bool(bad.json) != bool(fault)
    assert last == (5 + lines, b"3,4", b'{"x": "3", "y": "4"}', "")


@pytest.mark.parametrize(
    ("contents", "line", "reason"),
    [
        (b"x,y,x\n1,2,3\n", 1, "2 columns are named 'x'; rename or drop"),
        (b"x,x \n1,2\n", 1, "2 columns are named 'x'; rename or drop"),
        (b"\n,x\n0,2\n", 2, r"column 1 has no name; .*index=False"),
        (b"x,\n0,2\n", 1, "column 2 has no name"),
        ("Schlagzeile,Wörter\n".encode("latin-1"), 1, r"the header cannot be read: not UTF-8"),
        (b'x,y\n1,2\n"a\n,b\n', 3, "the quote that opens here is never closed"),
        (b'x,y\n1,2\n"a ""b""\n",c"d\n3,4\n5,"6\n7,8\n', 6, "the quote that opens here is never"),
        (
            b'x,y\n1,2\na,"' + b"b" * 99 + (b"b" * 99 + b"\n") * (LONGEST_LINE // 99),
            3,
            "the quote that opens here is not closed within 16 MiB",
        ),
        (b"x,y\n1,2\na," + b"b" * LONGEST_LINE, 3, "a record is longer than 16 MiB"),
    ],
    ids=range(9),
)
def test_a_broken_table_is_refused_with_the_line(contents: bytes, line: int, reason: str):
    with pytest.raises(DataError, match=rf"^rows\.csv:{line}: {reason}"):
        read(contents, "rows.csv")


def test_a_table_of_one_column_has_rows():
    first, second = read(b"headline\nA\n\nB, C\n", "rows.csv")
    assert first == (2, b"A\n", b'{"headline": "A"}', "")
    assert (second.line, second.fault) == (4, "2 cells, and the header has 1")


@settings(MANY, max_examples=400)
@given(
    change=byte_mutations(b'x,y\n"1\n",2\n\n3,"4"\n5,\n"6""",7\r\n8,"9\n\n"\n'),
    size=SIZES,
)
def test_no_line_of_a_damaged_table_gets_lost(change: bytes, size: int):
    try:
        rows = read(change, "rows.csv", size)
    except DataError as error:
        assert str(error).startswith("rows.csv:")
        return
    lines = change.split(b"\n")
    next_line = rows[0].line
    for row in rows:
        taken = row.raw.removesuffix(b"\n").split(b"\n")
        assert lines[row.line - 1 : row.line - 1 + len(taken)] == taken
        assert not b"".join(lines[next_line - 1 : row.line - 1]).strip()
        next_line = row.line + len(taken)
    assert not b"".join(lines[next_line - 1 :]).strip()
