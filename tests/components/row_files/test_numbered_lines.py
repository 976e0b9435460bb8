"""From a file to numbered lines: compressed ones to their proven end, or named in a sentence."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc

import pytest
import zstandard

from components.errors import DataError
from components.row_files.lines import LONGEST_LINE
from components.row_files.raw_row import NoRowsError
from components.row_files.rows import numbered_rows
from tests.support.compressions import COMPRESS

ROWS = b"".join(b'{"headline": "Article %d"}\n' % number for number in range(3_000))
PADDING = b"\x00" * 512


def read(contents: bytes, name: str = "rows.json") -> list[tuple[int, bytes]]:
    return [(row.line, row.raw) for row in numbered_rows(io.BytesIO(contents), name)]


def joined(contents: bytes, name: str) -> bytes:
    return b"".join(line for _, line in read(contents, name))


def test_lines_keep_their_numbers_and_blank_ones_are_none():
    lines = read(b"a\r\n\n \t\nb\n\xef\xbb\xbfc")
    assert lines == [(1, b"a\r\n"), (4, b"b\n"), (5, b"\xef\xbb\xbfc")]


@pytest.mark.parametrize("contents", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_a_file_without_a_line_has_none(contents: bytes):
    with pytest.raises(NoRowsError, match="has no row, it is empty"):
        read(contents)


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    assert read(b"\xef\xbb\xbfa\nb") == [(1, b"a\n"), (2, b"b")]
    assert read(gzip.compress(b"\xef\xbb\xbfa"), "rows.gz") == [(1, b"a")]


@pytest.mark.parametrize("end", [b"\nnext", b"", b"\n"])
def test_a_line_of_absurd_length_is_cut_and_the_next_one_read(end: bytes):
    (first, line), *others = read(b"x" * (3 * LONGEST_LINE + 7) + end)
    assert (first, len(line)) == (1, LONGEST_LINE + 1)
    assert others == ([(2, b"next")] if end == b"\nnext" else [])


def test_the_longest_line_is_whole():
    line = b"x" * (LONGEST_LINE - 1) + b"\n"
    assert read(line + b"next") == [(1, line), (2, b"next")]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_compressed_rows_are_the_rows(suffix: str):
    compress = COMPRESS[suffix]
    whole = compress(ROWS)
    assert joined(whole, f"rows.json{suffix}") == ROWS
    assert joined(whole, f"ROWS{suffix.upper()}") == ROWS
    members = [compress(ROWS[:100]), compress(b""), compress(ROWS[100:]), PADDING]
    assert joined(b"".join(members), f"rows{suffix}") == ROWS
    with pytest.raises(NoRowsError, match="has no row, it is empty"):
        read(compress(b""), f"rows{suffix}")


def test_a_frame_to_be_skipped_may_come_first():
    skipped = b"\x50\x2a\x4d\x18" + struct.pack("<I", 3) + b"abc"
    assert joined(skipped + zstandard.compress(ROWS), "rows.zst") == ROWS


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("lost", [1, 3, 8, 100])
def test_a_file_that_was_cut_off_is_named(suffix: str, lost: int):
    compress = COMPRESS[suffix]
    for whole in (compress(ROWS), compress(ROWS) + compress(ROWS)):
        with pytest.raises(DataError, match=rf"^rows\.json\{suffix}: is cut off"):
            read(whole[:-lost], f"rows.json{suffix}")


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("garbage", [b"garbage", b"x" * 100_000, PADDING + b"more to come", ROWS])
def test_something_else_behind_the_end_is_named(suffix: str, garbage: bytes):
    with pytest.raises(DataError, match=rf"^rows\.json\{suffix}: "):
        read(COMPRESS[suffix](ROWS) + garbage, f"rows.json{suffix}")


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_damage_in_the_middle_is_named(suffix: str):
    contents = bytearray(COMPRESS[suffix](ROWS))
    middle = len(contents) // 2
    contents[middle : middle + 4] = bytes(255 - byte for byte in contents[middle : middle + 4])
    with pytest.raises(DataError, match=rf"^rows\.json\{suffix}: "):
        read(bytes(contents), f"rows.json{suffix}")


def test_damage_that_only_a_checksum_shows_is_named():
    contents = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(ROWS))
    contents[-1] ^= 1
    with pytest.raises(DataError, match="Zstandard data is damaged"):
        read(bytes(contents), "rows.zst")


@pytest.mark.parametrize("suffix", COMPRESS)
def test_name_and_contents_have_to_agree(suffix: str):
    with pytest.raises(DataError, match=r"rows\.json: holds .* does not end in \." + suffix[1:]):
        read(COMPRESS[suffix](ROWS), "rows.json")
    with pytest.raises(DataError, match=rf"holds no .* ends in \{suffix}"):
        read(ROWS, f"rows.json{suffix}")
    with pytest.raises(DataError, match=rf"is empty, and its name ends in \{suffix}"):
        read(b"", f"rows.json{suffix}")
    for other in set(COMPRESS) - {suffix}:
        with pytest.raises(DataError, match=rf"does not end in \{suffix}"):
            read(COMPRESS[suffix](ROWS), f"rows{other}")


@pytest.mark.parametrize("name", ["rows.zip", "rows.json", "rows.gz"])
def test_an_archive_is_to_be_unpacked(name: str):
    with pytest.raises(DataError, match="is a zip archive of files; unpack it"):
        read(b"PK\x03\x04" + ROWS, name)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_wide_encoding_is_named_with_its_remedy(encoding: str, suffix: str):
    contents = ROWS.decode().encode(encoding)
    with pytest.raises(DataError, match=r"is UTF-(16|32).* text; save it as UTF-8"):
        read(gzip.compress(contents) if suffix else contents, f"rows{suffix}")


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_bomb_takes_bounded_memory(suffix: str):
    bomb = COMPRESS[suffix](b"x" * (200 << 20))
    tracemalloc.start()
    try:
        ((_, line),) = read(bomb, f"rows{suffix}")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(line) == LONGEST_LINE + 1
    assert peak < 100 << 20, "bytes"
