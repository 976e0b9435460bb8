"""The rows that the export is asked about: some of the judged split, and hostile ones."""

from __future__ import annotations

import hashlib
import heapq
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf
from tfx.dsl.io import fileio
from tfx.types import Artifact, artifact_utils

from components.article.example import texts_to_example
from components.article.fields import CATEGORY
from components.splits import judged_split

_SHOWN_BYTES = 60
_LONG = 100_000


@dataclass(frozen=True)
class Row:
    """An article as a client sends it, which may be any bytes.

    Attributes:
        name: of the row in findings.
        texts: by text field, in the order in which the fields are read; any may be empty.
        category: empty for rows that have none.
    """

    name: str
    texts: Mapping[str, bytes]
    category: bytes = b""

    def __str__(self) -> str:
        first = next(iter(self.texts.values()))
        return f"{self.name} {first[:_SHOWN_BYTES].decode('utf-8', 'replace')!r}"

    def to_example(self) -> bytes:
        """The row as a serialised tf.Example with the raw features."""
        return texts_to_example({**self.texts, CATEGORY: self.category}).SerializeToString()


def find_judged_files(examples: Artifact) -> list[str]:
    """The files with the rows that a model is judged on.

    Args:
        examples: raw rows, of JsonExampleGen.
    """
    split = judged_split(artifact_utils.decode_split_names(examples.split_names))
    folder = artifact_utils.get_split_uri([examples], split)
    return sorted(fileio.glob(os.path.join(folder, "*")))


def golden_rows(files: Sequence[str], count: int, text_fields: Sequence[str]) -> list[Row]:
    """Rows by the hash of their text, so that the same split gives the same rows in any order.

    Args:
        files: gzipped TFRecords of raw tf.Examples, as JsonExampleGen writes them.
        count: how many; all where there are fewer.
        text_fields: that the model reads.
    """
    chosen = heapq.nsmallest(count, _read(files, (*text_fields, CATEGORY)), key=_hash)
    return [
        Row(f"golden row {number}", dict(zip(text_fields, texts, strict=True)), category)
        for number, (*texts, category) in enumerate(chosen, start=1)
    ]


def _hash(values: tuple[bytes, ...]) -> bytes:
    return hashlib.sha256(b"\0".join(values)).digest()


def _read(files: Sequence[str], names: Sequence[str]) -> Iterator[tuple[bytes, ...]]:
    for record in tf.data.TFRecordDataset(list(files), "GZIP").as_numpy_iterator():
        feature = tf.train.Example.FromString(record).features.feature
        yield tuple(b"".join(feature[name].bytes_list.value) for name in names)


def hostile_rows(text_fields: Sequence[str]) -> list[Row]:
    """What clients send by mistake or on purpose; every one of them has to get an answer.

    Args:
        text_fields: that the model reads; the first two are filled, where there are as many.
    """
    emoji = "🎉👩‍👩‍👧‍👦🇫🇷🏳️‍🌈".encode()
    texts = {
        "empty text": (b"", b""),
        "description only": (b"", b"A walk a day keeps the doctor away"),
        "100 kB of text": ((b"Ten reasons to read on. " * _LONG)[:_LONG], b"word " * 20_000),
        "100 kB without a space": (b"a" * _LONG, b""),
        "not UTF-8": (b"caf\xe9 \xff\xfe\x80 \xc3\x28", b"\xed\xa0\x80 \xf0\x9f\x8e"),
        "emoji": (emoji * 20, emoji),
        "special tokens": (b"</s><s> <mask>Budget<pad> [CLS] [SEP] [MASK]", b"</s>"),
        "NUL": (b"\x00", b"before\x00after"),
        "white space": (" \t\r\n\u00a0\u3000".encode(), b"  "),
    }
    return [
        Row(name, {**dict.fromkeys(text_fields, b""), **dict(zip(text_fields, both, strict=False))})
        for name, both in texts.items()
    ]
