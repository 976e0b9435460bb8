"""Rewrites each character as BERT's normalizer and pre-tokenizer do, by table.

What both do depends on one character at a time: drop it, lower it, take it apart, set it apart
by spaces. So asking `tokenizers` about every code point gives a table that is exact, and needs
no operation whose Unicode version could differ. The exception, the order NFD puts combining
marks in, is `word_piece`'s to rule out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from tokenizers.normalizers import Normalizer
from tokenizers.pre_tokenizers import PreTokenizer

from components.tokenizer.code_points import BLOCK, CODE_POINTS, blocks
from components.tokenizer.stretches import join_stretches

# Stands in a replacement for the character replaced, so that all it leaves alone share one.
_ITSELF = -1
_SPACE = ord(" ")
_Replacement = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CharacterMap:
    """The replacement of every code point, as a table in two levels.

    Attributes:
        block_of: int32 [CODE_POINTS / BLOCK], the row of `replacement_of` for each block.
        replacement_of: int32 [distinct blocks, BLOCK], the number of a character's replacement.
        replacements: the distinct replacements: code points, or -1 for the character itself.
    """

    block_of: np.ndarray
    replacement_of: np.ndarray
    replacements: tuple[_Replacement, ...]

    def build(self) -> "CharacterMapGraph":
        """Makes a new module of constants and operations."""
        return CharacterMapGraph(self)


class CharacterMapGraph(tf.Module):
    """Replaces characters by table."""

    def __init__(self, characters: CharacterMap) -> None:
        super().__init__(name="character_map")
        self._block_of = tf.constant(characters.block_of)
        self._replacement_of = tf.constant(characters.replacement_of)
        lengths = np.array([len(replacement) for replacement in characters.replacements])
        self._lengths = tf.constant(lengths, tf.int64)
        self._starts = tf.constant(np.cumsum(lengths) - lengths, tf.int64)
        self._replacements = tf.constant(np.concatenate(characters.replacements), tf.int32)

    def __call__(self, texts: tf.Tensor) -> tf.Tensor:
        """Rewrites valid UTF-8: string [batch] -> string [batch]."""
        characters = tf.strings.unicode_decode(texts, "UTF-8")
        code_points = characters.values
        block = tf.gather(self._block_of, code_points // BLOCK)
        which = tf.gather_nd(self._replacement_of, tf.stack([block, code_points % BLOCK], axis=1))
        starts, lengths = tf.gather(self._starts, which), tf.gather(self._lengths, which)
        written = join_stretches(self._replacements, starts, lengths)
        written = tf.where(written == _ITSELF, tf.repeat(code_points, lengths), written)
        ends = tf.concat([[0], tf.cumsum(lengths)], axis=0)
        splits = tf.gather(ends, characters.row_splits)
        rewritten = tf.RaggedTensor.from_row_splits(written, splits, validate=False)
        return tf.strings.unicode_encode(rewritten, "UTF-8")


def character_map(normalizer: Normalizer, pre_tokenizer: PreTokenizer) -> CharacterMap:
    """Asks `tokenizers` for the replacement of every code point.

    Returns:
        A map after which splitting at spaces gives the pre-tokenizer's words.
    """
    rewrite = character_rewriter(normalizer, pre_tokenizer)
    rows: dict[tuple[_Replacement, ...], int] = {}
    block_of = np.zeros(CODE_POINTS // BLOCK, np.int32)
    for start, characters in blocks():
        replacements = _replacements(characters, rewrite)
        block_of[start // BLOCK] = rows.setdefault(replacements, len(rows))
    distinct = sorted({replacement for row in rows for replacement in row})
    number = {replacement: index for index, replacement in enumerate(distinct)}
    replacement_of = np.array([[number[cell] for cell in row] for row in rows], np.int32)
    return CharacterMap(block_of, replacement_of, tuple(distinct))


def character_rewriter(normalizer: Normalizer, pre_tokenizer: PreTokenizer) -> Callable[[str], str]:
    """Returns the function from text to the pre-tokenizer's words, joined by spaces.

    A space at either end says that a word ends there, rather than goes on in what is beside it.
    """

    def rewrite(text: str) -> str:
        # A neighbour on either side shows whether the ends attach or stand apart.
        words = pre_tokenizer.pre_tokenize_str(normalizer.normalize_str(f"a{text}a"))
        return " ".join(word for word, _ in words)[1:-1]

    return rewrite


def _replacements(characters: str, rewrite: Callable[[str], str]) -> tuple[_Replacement, ...]:
    rewritten = rewrite(characters)
    if rewritten == characters:
        return ((_ITSELF,),) * len(characters)
    if rewritten == "":
        return ((),) * len(characters)
    if rewritten == f" {' '.join(characters)} ":
        return ((_SPACE, _ITSELF, _SPACE),) * len(characters)
    return tuple(
        tuple(_ITSELF if new == old else ord(new) for new in rewrite(old)) for old in characters
    )
