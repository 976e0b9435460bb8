"""Small tokenizers of both families, trained on the spot, and texts to try them with."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import tensorflow as tf
from tokenizers import Tokenizer, pre_tokenizers

from components.tokenizer import GraphTokenizer, compile_tokenizer
from tests.support.small_tokenizers import (
    CORPUS,
    byte_level_bpe_of,
    trained_byte_level_bpe,
    trained_word_piece,
)

# A Hugging Face folder to test beside the small ones, such as a real roberta-base.
REAL_CHECKPOINT = os.environ.get("NEWSCAT_PARITY_CHECKPOINT")
FAMILIES = ("byte_level_bpe", "word_piece", "starter", *(["real"] if REAL_CHECKPOINT else []))
MAX_LENGTH = 48


@dataclass(frozen=True)
class Pair:
    """A compiled tokenizer and, loaded independently, the one it has to equal."""

    graph: GraphTokenizer
    reference: Tokenizer

    def check(self, texts: Sequence[bytes]) -> None:
        """Asserts that both give the same ids for each text."""
        decoded = [text.decode("utf-8", "replace") for text in texts]
        expected = [encoding.ids for encoding in self.reference.encode_batch_fast(decoded)]
        found = self.graph(tf.constant(texts, tf.string)).to_list()
        for text, got, want in zip(texts, found, expected, strict=True):
            assert got == want, f"different ids for {text!r}"


@pytest.fixture(scope="session")
def byte_level_bpe() -> Tokenizer:
    return trained_byte_level_bpe()


@pytest.fixture(scope="session")
def word_piece() -> Tokenizer:
    return trained_word_piece()


@pytest.fixture(scope="session")
def make_byte_level_bpe() -> Callable[..., Tokenizer]:
    """Makes a byte-level BPE of the byte alphabet, and the pieces and merges given."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    return lambda pieces, merges: byte_level_bpe_of([*alphabet, *pieces], merges)


@pytest.fixture(scope="session")
def make_word_piece() -> Callable[..., Tokenizer]:
    """Trains a WordPiece tokenizer whose BertNormalizer has the settings given."""
    return trained_word_piece


@pytest.fixture(scope="session")
def folders(
    tmp_path_factory: pytest.TempPathFactory,
    byte_level_bpe: Tokenizer,
    word_piece: Tokenizer,
    checkpoint: Path,
) -> dict[str, Path]:
    """The folder of each family's tokenizer."""
    found = {"starter": checkpoint}
    for name, tokenizer in (("byte_level_bpe", byte_level_bpe), ("word_piece", word_piece)):
        found[name] = tmp_path_factory.mktemp(name)
        tokenizer.save(str(found[name] / "tokenizer.json"))
    if REAL_CHECKPOINT:
        found["real"] = Path(REAL_CHECKPOINT)
    return found


@pytest.fixture(scope="session", params=FAMILIES)
def pair(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Pair:
    return make_pair(folders[request.param])


@pytest.fixture(scope="session")
def pair_of() -> Callable[[Path], Pair]:
    """Compiles a folder, and loads it into the library that it has to equal."""
    return make_pair


def make_pair(folder: Path) -> Pair:
    reference = Tokenizer.from_file(str(folder / "tokenizer.json"))
    reference.encode_special_tokens = True
    reference.enable_truncation(MAX_LENGTH)
    reference.no_padding()
    return Pair(compile_tokenizer(folder, MAX_LENGTH), reference)


@pytest.fixture(scope="session")
def fuzz() -> Callable[[Pair, int, int], Iterator[list[bytes]]]:
    """Makes `count` random texts for a tokenizer, a batch at a time; says the seed."""

    def batches(pair: Pair, seed: int, count: int, batch: int = 2000) -> Iterator[list[bytes]]:
        print(f"fuzzing with seed {seed}")
        rng = random.Random(seed)
        spellings = pair.graph.blueprint.algorithm.spellings
        for _ in range(count // batch):
            yield [_random_text(rng, spellings) for _ in range(batch)]

    return batches


SPACES = " \t\n\r\x0b\x0c\x1c\x85\u00a0\u1680\u2000\u2009\u2028\u202f\u205f\u3000\u200b\ufeff"
WORDS = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "n't", "<s>", "</s>", "[SEP]", "[UNK]")


def _random_text(rng: random.Random, spellings: Sequence[bytes]) -> bytes:
    """A few runs, each from a source of its own, as a text out of the wild mixes them."""
    return b"".join(_random_run(rng, spellings) for _ in range(rng.randint(0, 8)))


def _random_run(rng: random.Random, spellings: Sequence[bytes]) -> bytes:
    source, length = rng.random(), rng.randint(1, 6)
    if source < 0.25:
        return b"".join(rng.choices(spellings, k=length))
    if source < 0.4:
        return " ".join(rng.choices(CORPUS, k=1)[0].split()[:length]).encode()
    if source < 0.55:
        return "".join(
            rng.choices(SPACES, weights=[9] + [1] * (len(SPACES) - 1), k=length)
        ).encode()
    if source < 0.65:
        return rng.choice(WORDS).encode()
    if source < 0.8:
        return bytes(rng.choices(range(0x20, 0x7F), k=length))
    if source < 0.95:
        # Neighbours in Unicode, so that a run stays within a script.
        first = int(rng.choice((0x250, 0x3000, 0x11000, 0x20000, 0x10FF00)) * rng.random())
        codes = (first + rng.randrange(64) for _ in range(length))
        return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000).encode()
    return rng.randbytes(length)
