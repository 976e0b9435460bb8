"""Kinds of files: each that is read gives its rows, each other is refused with its remedy."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import time
import zipfile

import pytest

from components.errors import DataError
from components.row_files.kinds import Kind
from components.row_files.raw_row import NoRowsError, RawRow
from components.row_files.rows import numbered_rows, open_rows
from tests.support.compressions import COMPRESS

ROW = {"headline": "Voters go to the polls", "category": "POLITICS", "short_description": ""}
ROWS = [{**ROW, "link": f"https://example.com/{number}"} for number in range(400)]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
TABLE = b"headline,category\nVoters go,POLITICS\nHome win,SPORTS\n"


def read(contents: bytes, name: str = "rows.json") -> list[RawRow]:
    return list(numbered_rows(io.BytesIO(contents), name))


def kind_of(source: io.BytesIO, name: str) -> Kind:
    kind, _ = open_rows(source, name)
    return kind


def zipped(name: str) -> bytes:
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w") as archive:
        archive.writestr(name, LINES)
    return contents.getvalue()


def tarred() -> bytes:
    contents = io.BytesIO()
    with tarfile.open(fileobj=contents, mode="w") as archive:
        member = tarfile.TarInfo("rows.json")
        member.size = len(LINES)
        archive.addfile(member, io.BytesIO(LINES))
    return contents.getvalue()


def by_columns() -> bytes:
    """As pandas writes where it is not told to write lines."""
    columns = {name: {str(at): row[name] for at, row in enumerate(ROWS)} for name in ROW}
    return json.dumps(columns).encode()


REFUSED = {
    "pretty-printed objects": (
        "".join(json.dumps(row, indent=2) + "\n" for row in ROWS).encode(),
        "is pretty-printed JSON, whose objects take several lines; .* `jq -c .`",
    ),
    "one pretty-printed object": (
        json.dumps(ROW, indent=1).encode(),
        "is pretty-printed JSON",
    ),
    "a pretty-printed object that is long": (
        json.dumps({**ROW, "text": "word " * 9_000}, indent=4).encode() * 2,
        "is pretty-printed JSON",
    ),
    "an object with the rows": (
        json.dumps({"status": "ok", "total": 400, "articles": ROWS}).encode(),
        r"is one JSON object with the rows inside; take them out with `jq -c '\.articles\[\]'`",
    ),
    "an object with few rows": (
        json.dumps({"data": ROWS[:2]}).encode(),
        r"is one JSON object with the rows inside; .*`jq -c '\.data\[\]'`",
    ),
    "a pretty-printed object with the rows": (
        json.dumps({"data": ROWS}, indent=4).encode(),
        r"is one JSON object with the rows inside; .*`jq -c '\.data\[\]'`",
    ),
    "an object with the rows, longer than a row may be": (
        json.dumps({"version": "2", "my rows": ROWS * 400}).encode(),
        r"is one JSON object with the rows inside; .*`jq -c '\.\[\"my rows\"\]\[\]'`",
    ),
    "an object of columns": (by_columns(), "is one JSON object .*pandas.*lines=True"),
    "CR alone": (
        LINES.replace(b"\n", b"\r"),
        r"is text whose lines end in CR alone; .*`tr '\\r' '\\n'`",
    ),
    "UTF-16 with its mark": (LINES.decode().encode("utf-16"), "is UTF-16 text; .*iconv -f UTF-16 "),
    "UTF-16": (LINES.decode().encode("utf-16-le"), "is UTF-16LE text; .*iconv -f UTF-16LE "),
    "UTF-16, big end first": (LINES.decode().encode("utf-16-be"), "is UTF-16BE text"),
    "UTF-32 with its mark": (LINES.decode().encode("utf-32"), "is UTF-32 text"),
    "UTF-32": (LINES.decode().encode("utf-32-be"), "is UTF-32BE text"),
    "a table in UTF-16": ('Überschrift;"Выборы"\n'.encode("utf-16-le"), "is UTF-16LE text"),
    "a zip archive": (zipped("rows.json"), "is a zip archive of files; unpack it"),
    "a workbook": (zipped("[Content_Types].xml"), "is a zip archive"),
    "a tar archive": (tarred(), "is a tar archive of files; unpack it"),
    "a 7z archive": (b"7z\xbc\xaf\x27\x1c\x00\x04" + LINES, "is a 7z archive of files; unpack it"),
    "a RAR archive": (b"Rar!\x1a\x07\x01\x00", "is a RAR archive of files; unpack it"),
    "LZ4": (b"\x04\x22\x4d\x18" + LINES, "is compressed with LZ4; decompress it"),
    "Parquet": (b"PAR1\x15\x04\x15" + bytes(99), "is a Parquet file; .*pandas"),
    "SQLite": (b"SQLite format 3\x00" + bytes(99), "is an SQLite database; .*CSV"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(99), "is an image; give a file of rows"),
    "tf.Examples": (struct.pack("<Q", 10) + b"\x01\x02\x03\x04\n\x08headline", "is binary"),
    "a login page": (
        b"\n<!DOCTYPE html>\n<html><head><title>Kaggle: log in</title>\n",
        "is a web page or XML; it may be a login page .*download the file again",
    ),
    "a pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "is a pointer of Git LFS instead of the file; .*`git lfs pull`",
    ),
    "a table with another name": (TABLE, r"is not JSON; .*a file whose name ends in \.csv or"),
    "nothing": (b"", "has no row, it is empty"),
    "blank lines": (b"\n \t\r\n\n" * 9_000, "has no row, it is empty"),
    "a byte order mark": (b"\xef\xbb\xbf", "has no row, it is empty"),
    "an empty array": (b"\n[\n]\n", "has no row, its JSON array is empty"),
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_what_is_no_file_of_rows_is_refused_in_a_sentence(kind: str, suffix: str):
    contents, sentence = REFUSED[kind]
    name = f"rows.json{suffix}"
    with pytest.raises(DataError, match=rf"^rows\.json{suffix}: {sentence}") as refused:
        read(gzip.compress(contents) if suffix else contents, name)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["UTF-16", "a login page", "a tar archive", "an image", "nothing"])
def test_a_table_by_its_name_alone_is_refused_as_well(kind: str):
    contents, sentence = REFUSED[kind]
    with pytest.raises(DataError, match=rf"^rows\.csv: {sentence}"):
        read(contents, "rows.csv")


ONE_ROW_A_LINE = {
    "a bad first row": b'{"headline": "A\n' + LINES,
    "a first row without its end": b'{"headline": "A",\n' + LINES,
    "a first row of a brace": b"{\n" + LINES,
    "text first": b"# rows of today, and of yesterday\n# as of noon, and later\n" + LINES,
    "a table's row first": b"headline,category\nA,B\n" + LINES,
    "a NUL": b'{"headline": "\x00"}\n' + LINES,
    "a NUL further on": LINES + b"\x00" * 99,
    "CR and LF": LINES.replace(b"\n", b"\r\n"),
    "a CR": b'{"headline":\r"A"}\n' + LINES,
    "Latin-1": '{"headline": "Ä"}\n'.encode("latin-1") + LINES,
    "a long row": json.dumps({**ROW, "text": "word " * 9_000}).encode() + b"\n" + LINES,
    "a row with objects": b'{"authors": [{"name": "A"}], "headline": "B"}\n' + LINES,
    "a long row with objects": json.dumps({"of": [ROW] * 999, **ROW}).encode() + b"\n" + LINES,
    "a row alone": b'{"sources": [{"name": "A"}], "headline": "Voters go"}',
    "a row with an object alone": b'{"geo": {"lat": 1}, "headline": "Voters go"}\n',
    "braces in texts": b'{"headline": "{ [", "of": "\\"}"}\n' + LINES,
    "a deep row": b'{"a":' * 100_000 + b"\n" + LINES,
    "an absurd number": b'{"a": ' + b"1" * 5_000 + b"}\n" + LINES,
    "text": b"no rows\n" * 3,
}


@pytest.mark.parametrize("kind", ONE_ROW_A_LINE)
def test_a_line_is_a_row_however_bad_it_is(kind: str):
    contents = ONE_ROW_A_LINE[kind]
    assert kind_of(io.BytesIO(contents), "rows.json") is Kind.LINES
    lines = contents.split(b"\n")
    expected = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    assert [(row.line, row.raw.rstrip(b"\n")) for row in read(contents)] == expected
    assert all(row.json is row.raw and not row.fault for row in read(contents))


@pytest.mark.parametrize("suffix", ["", *COMPRESS])
@pytest.mark.parametrize(
    ("name", "contents", "kind"),
    [
        ("rows.json", LINES, Kind.LINES),
        ("rows", LINES, Kind.LINES),
        ("rows.csv", LINES, Kind.LINES),
        ("rows.json", json.dumps(ROWS).encode(), Kind.ARRAY),
        ("rows.tsv", json.dumps(ROWS, indent=1).encode(), Kind.ARRAY),
        ("rows.CSV", TABLE, Kind.TABLE),
        ("rows.tsv", TABLE.replace(b",", b"\t"), Kind.TABLE),
        ("rows.csv", b"[headline],[category]\nA,B\n", Kind.TABLE),
        ("rows.csv", b"{id},{text}\nA,B\n", Kind.TABLE),
    ],
)
def test_contents_tell_the_kind(name: str, contents: bytes, kind: Kind, suffix: str):
    compressed = COMPRESS[suffix](contents) if suffix else contents
    assert kind_of(io.BytesIO(compressed), name + suffix) is kind
    assert len(read(compressed, name + suffix)) == len(read(contents, name))


def test_a_file_without_a_row_is_told_from_others():
    with pytest.raises(NoRowsError, match="nothing below its header"):
        read(b"headline,category\r\n", "rows.csv")


@pytest.mark.parametrize("begin", [b"{", b"{ ,"])
def test_a_hostile_beginning_takes_no_time(begin: bytes):
    begun = time.process_time()
    assert kind_of(io.BytesIO(begin + b"\n" * (17 << 20)), "x.json") is Kind.LINES
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("text", [b'[{"a":1},\x00{"b":1}]', b'{"a":"\x00"}\n{"a":"\x00"}\n'])
def test_a_nul_byte_makes_no_wide_text(text: bytes):
    assert kind_of(io.BytesIO(text), "x.json") in (Kind.LINES, Kind.ARRAY)
