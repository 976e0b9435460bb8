"""The rows that the export is asked about: some of the eval split, and hostile ones."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tensorflow as tf

from components.preprocessing import features

_SHOWN_BYTES = 60
_LONG = 100_000


@dataclass(frozen=True)
class Row:
    """An article as a client sends it, which may be any bytes.

    Attributes:
        name: of the row in findings.
        headline: may be empty.
        short_description: may be empty.
        category: empty for rows that have none.
    """

    name: str
    headline: bytes
    short_description: bytes
    category: bytes = b""

    def __str__(self) -> str:
        start = self.headline[:_SHOWN_BYTES].decode("utf-8", "replace")
        return f"{self.name} {start!r}"

    def to_example(self) -> bytes:
        """The row as a serialised tf.Example with the raw features."""
        values = {
            features.HEADLINE: self.headline,
            features.SHORT_DESCRIPTION: self.short_description,
            features.CATEGORY: self.category,
        }
        feature = {
            name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
            for name, value in values.items()
        }
        return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


def golden_rows(files: Sequence[str], count: int) -> list[Row]:
    """Rows by the hash of their text, so that the same split gives the same rows in any order.

    Args:
        files: gzipped TFRecords of raw tf.Examples, as JsonExampleGen writes them.
        count: how many; all where there are fewer.
    """
    chosen = heapq.nsmallest(count, _read_texts(files), key=_hash)
    return [Row(f"golden row {number}", *texts) for number, texts in enumerate(chosen, start=1)]


def _hash(texts: tuple[bytes, ...]) -> bytes:
    return hashlib.sha256(b"\0".join(texts)).digest()


def _read_texts(files: Sequence[str]) -> Iterator[tuple[bytes, ...]]:
    names = (features.HEADLINE, features.SHORT_DESCRIPTION, features.CATEGORY)
    for record in tf.data.TFRecordDataset(list(files), "GZIP").as_numpy_iterator():
        feature = tf.train.Example.FromString(record).features.feature
        yield tuple(b"".join(feature[name].bytes_list.value) for name in names)


def hostile_rows() -> list[Row]:
    """What clients send by mistake or on purpose; every one of them has to get an answer."""
    emoji = "🎉👩‍👩‍👧‍👦🇫🇷🏳️‍🌈".encode()
    return [
        Row("empty text", b"", b""),
        Row("description only", b"", b"A walk a day keeps the doctor away"),
        Row("100 kB of text", (b"Ten reasons to read on. " * _LONG)[:_LONG], b"word " * 20_000),
        Row("100 kB without a space", b"a" * _LONG, b""),
        Row("not UTF-8", b"caf\xe9 \xff\xfe\x80 \xc3\x28", b"\xed\xa0\x80 \xf0\x9f\x8e"),
        Row("emoji", emoji * 20, emoji),
        Row("special tokens", b"</s><s> <mask>Budget<pad> [CLS] [SEP] [MASK]", b"</s>"),
        Row("NUL", b"\x00", b"before\x00after"),
        Row("white space", " \t\r\n\u00a0\u3000".encode(), b"  "),
    ]
