"""Mutated row files: every row is accounted for, or the file is refused by name."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from components.article.fields import TEXT_FIELDS
from components.article.row import read_rows
from components.errors import UserError
from components.json_example_gen.check_file import check_file
from components.json_example_gen.row_policy import RowPolicy
from components.json_example_gen.rows import judge_row
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.raw_row import RawRow
from components.row_files.rows import numbered_rows
from tests.fuzz.mutations import HOSTILE_VALUES, byte_mutations
from tests.fuzz.seeds import EXAMPLES, SEED

pytestmark = pytest.mark.slow

TAXONOMY = Taxonomy({"ARTS": "ARTS", "[/b]": "%s"}, frozenset({"U.S. NEWS"}))
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
POLICY = RowPolicy(TEXT_FIELDS, TAXONOMY, None, "quarantine", max_quarantined_fraction=1.0)
NAMES = st.sampled_from(["headline", "short_description", "category", "date", "authors", "link"])
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["ARTS", "[/b]", "U.S. NEWS", "a", ""]))
ROWS = st.dictionaries(NAMES, st.one_of(TEXTS, TEXTS, HOSTILE_VALUES), max_size=6)
GOOD = {"headline": "A headline", "category": "ARTS"}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file's ending and its content, broken in one way at most."""
    rows = draw(st.lists(st.one_of(st.just(GOOD), ROWS), max_size=8))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\n\n"]))
    escaped = draw(st.booleans())
    lines = [json.dumps(row, ensure_ascii=escaped) for row in rows]
    text = (
        draw(st.sampled_from(["", "\ufeff"])) + end.join(lines) + draw(st.sampled_from(["", end]))
    )
    if draw(st.integers(0, 3)) == 0:
        text = json.dumps(rows, ensure_ascii=escaped, indent=draw(st.sampled_from([None, 1])))
    content = text.encode("utf-8", "surrogatepass")
    suffix = draw(st.sampled_from(sorted(COMPRESS)))
    broken = draw(st.sampled_from(["no", "no", "inside", "outside", "name"]))
    if broken == "inside":
        content = draw(byte_mutations(content))
    content = COMPRESS[suffix](content)
    if broken == "outside":
        content = draw(byte_mutations(content))
    if broken == "name":
        suffix = draw(st.sampled_from(sorted(COMPRESS)))
    return suffix, content


@seed(SEED)
@settings(
    max_examples=EXAMPLES,
    deadline=10_000,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    database=None,
)
@given(file=files())
def test_a_mutated_file(file: tuple[str, bytes]):
    suffix, content = file
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"rows.json{suffix}"
        path.write_bytes(content)
        try:
            with path.open("rb") as stream:
                rows = list(numbered_rows(stream, str(path)))
        except UserError as error:
            assert str(path) in str(error)
            with pytest.raises(UserError):
                check_file(path, POLICY)
            return
        assert_all_rows_are_there(rows, suffix, content)
        assert_ingestion_and_prediction_read_the_same(rows)
        try:
            counts = check_file(path, POLICY)
        except UserError as error:
            assert str(path) in str(error)
        else:
            assert counts.read == len(rows)


def assert_all_rows_are_there(rows: list[RawRow], suffix: str, content: bytes) -> None:
    plain = DECOMPRESS[suffix](content).removeprefix(b"\xef\xbb\xbf")
    if plain.lstrip().startswith(b"["):
        assert len(rows) == len(json.loads(plain.decode("utf-8", "surrogateescape")))
        return
    expected = [line for line in plain.split(b"\n") if line.strip()]
    assert [row.raw.rstrip(b"\n") for row in rows] == expected


def assert_ingestion_and_prediction_read_the_same(rows: list[RawRow]) -> None:
    for raw_row, row in zip(rows, read_rows(rows, TEXT_FIELDS), strict=True):
        outcome = judge_row(raw_row, TEXT_FIELDS, None)
        assert bool(outcome.article) != bool(row.error)
        if outcome.article:
            assert row.article == {name: outcome.article[name] for name in TEXT_FIELDS}


DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    # Zeros behind the end are padding, which Python's reader takes four at a time only.
    ".xz": lambda content: lzma.decompress(content.rstrip(b"\0")),
    ".zst": lambda content: zstandard.ZstdDecompressor().stream_reader(content).read(),
}
