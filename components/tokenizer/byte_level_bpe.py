r"""Byte-level BPE, the family of GPT-2 and RoBERTa, as TensorFlow operations.

No operation does this, so four are combined, each exact:

1. RE2 puts the byte FF, which no UTF-8 contains, behind each pre-token of GPT-2's pattern.
   RE2 lacks look-ahead, so a first pass does its `\s+(?!\S)`: a run of white space loses its
   last character to what follows.
2. A hash table knows the pre-tokens that are one sub-word: most of them, in news nine of ten.
3. SentencePiece's BPE takes the rest, with their bytes re-read as Latin-1 so that each is one
   character.
4. One gather puts both back in the order of the text.

Why SentencePiece repeats GPT-2's merges: it joins any two neighbours that spell a known piece,
best score first and leftmost among equals; GPT-2 joins the pairs of a list in the list's order.
The score here is minus the place in the list, and the pieces known are those that their own
spelling merges to. Until two neighbours spell such a piece, nothing has merged across its ends,
so inside everything has merged as in the piece alone, and the two are the pair in the list.
A piece that its own spelling does not merge to never comes out of a text, and is left out.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_text as tf_text
from tokenizers.pre_tokenizers import ByteLevel

from components.tokenizer.code_points import CODE_POINTS, blocks, regex_ranges
from components.tokenizer.source import Source
from components.tokenizer.stretches import join_stretches

_BOUNDARY = b"\xff"
_SEVERAL = -1


@dataclass(frozen=True, eq=False)
class ByteLevelBpe:
    """What a graph of this family is made of; plain data, so that one proof serves many graphs.

    Attributes:
        space_run: RE2 pattern of a run of white space that has to give up its last character.
        pre_token: RE2 pattern of one pre-token.
        ids: the ids of the pieces that their own spelling merges to.
        spellings: the bytes of these pieces, in the same order.
        sentencepiece_model: serialised SentencePiece model whose piece i is the tokenizer's i.
    """

    space_run: str
    pre_token: str
    ids: tuple[int, ...]
    spellings: tuple[bytes, ...]
    sentencepiece_model: bytes

    @property
    def unknown_id(self) -> None:
        """None: every byte is known."""

    def build(self) -> "ByteLevelBpeGraph":
        """Makes a new module of tables and operations."""
        return ByteLevelBpeGraph(self)


class ByteLevelBpeGraph(tf.Module):
    """Valid UTF-8 to ids, without special tokens or truncation."""

    def __init__(self, algorithm: ByteLevelBpe) -> None:
        super().__init__(name="byte_level_bpe")
        self._space_run = algorithm.space_run
        self._pre_token = algorithm.pre_token
        self._whole = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(algorithm.spellings), tf.constant(algorithm.ids, tf.int32)
            ),
            default_value=_SEVERAL,
        )
        self._merging = tf_text.SentencepieceTokenizer(algorithm.sentencepiece_model)

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenizes valid UTF-8: string [batch] -> int32 [batch, (pre-tokens), (tokens)]."""
        pre_tokens = self._split(texts)
        # Words repeat within a batch; each distinct one is looked up and merged once.
        distinct, which = tf.unique(pre_tokens.values, out_idx=tf.int64)
        ids, starts, lengths = self._pieces(distinct)
        lengths = tf.gather(lengths, which)
        ends = tf.concat([[0], tf.cumsum(lengths)], axis=0)
        return tf.RaggedTensor.from_nested_row_splits(
            join_stretches(ids, tf.gather(starts, which), lengths),
            (pre_tokens.row_splits, ends),
            validate=False,
        )

    def _split(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Pre-tokens: string [batch] -> string [batch, (pre-tokens)], some of them empty."""
        marked = tf.strings.regex_replace(texts, self._space_run, rb"\1" + _BOUNDARY + rb"\2")
        marked = tf.strings.regex_replace(marked, self._pre_token, rb"\0" + _BOUNDARY)
        return tf.strings.split(marked, _BOUNDARY)

    def _pieces(self, pre_tokens: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Where the ids of each pre-token are: string [n] -> ids, and starts and lengths [n]."""
        whole = self._whole.lookup(pre_tokens)
        several = tf.where(whole == _SEVERAL)
        merged = self._merge(tf.gather_nd(pre_tokens, several))
        # A whole pre-token's id is at its own place; those of the others follow.
        count = tf.size(whole, out_type=tf.int64)
        starts, lengths = tf.range(count), tf.ones([count], tf.int64)
        return (
            tf.concat([whole, merged.values], axis=0),
            tf.tensor_scatter_nd_update(starts, several, count + merged.row_starts()),
            tf.tensor_scatter_nd_update(lengths, several, merged.row_lengths()),
        )

    def _merge(self, pre_tokens: tf.Tensor) -> tf.RaggedTensor:
        bytes_as_characters = tf.strings.unicode_transcode(
            pre_tokens, "ISO-8859-1", "UTF-8", replace_control_characters=False
        )
        return self._merging.tokenize(bytes_as_characters)


def byte_level_bpe(source: Source) -> ByteLevelBpe:
    """Compiles a byte-level BPE tokenizer to plain data.

    Raises:
        UnsupportedTokenizer: when the graph would not be exact.
    """
    _require_exact(source)
    spellings = _self_spelled(source)
    space_run, pre_token = _patterns()
    return ByteLevelBpe(
        space_run=space_run,
        pre_token=pre_token,
        ids=tuple(spellings),
        spellings=tuple(spellings.values()),
        sentencepiece_model=_sentencepiece_model(source.definition["model"], spellings),
    )


def byte_alphabet() -> dict[str, int]:
    """GPT-2's printable stand-in of each byte, mapped back to the byte.

    The algorithm is `bytes_to_unicode` in openai/gpt-2, src/encoder.py: printable Latin-1 stands
    for itself, the other bytes take the characters from U+0100 on in their order.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = sorted(set(range(0x100)).difference(printable))
    return {chr(byte): byte for byte in printable} | {
        chr(0x100 + place): byte for place, byte in enumerate(others)
    }


def _require_exact(source: Source) -> None:
    normalizer = source.definition["normalizer"]
    source.require(normalizer is None, "normalizer", normalizer, "null")
    _require_splitting(source)
    model = source.definition["model"]
    for field in ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "ignore_merges"):
        source.require(not model[field], f"model.{field}", model[field], "none")
    # With every byte in the vocabulary nothing is unknown, so unk_token can say what it likes.
    absent = sorted(byte_alphabet().keys() - model["vocab"].keys())
    alphabet = "all 256 characters of the byte alphabet"
    source.require(not absent, "model.vocab", f"without {absent}", alphabet)
    merged = ["".join(pair) for pair in model["merges"]]
    again = len(merged) - len(set(merged))
    once = "merges that make each piece once"
    source.require(again == 0, "model.merges", f"with {again} pieces made again", once)


def _require_splitting(source: Source) -> None:
    splitting = source.definition["pre_tokenizer"]
    is_byte_level = splitting is not None and splitting["type"] == "ByteLevel"
    source.require(is_byte_level, "pre_tokenizer", splitting, "ByteLevel")
    for field, exact in (("add_prefix_space", False), ("use_regex", True)):
        value = splitting[field]
        source.require(value is exact, f"pre_tokenizer.{field}", value, str(exact))


def _self_spelled(source: Source) -> dict[int, bytes]:
    """The bytes of each piece that its own spelling merges to, by id."""
    alphabet, model = byte_alphabet(), source.backend.model
    return {
        id: bytes(alphabet[character] for character in piece)
        for piece, id in source.definition["model"]["vocab"].items()
        if alphabet.keys() >= set(piece) and [token.id for token in model.tokenize(piece)] == [id]
    }


def _sentencepiece_model(model: dict[str, Any], spellings: dict[int, bytes]) -> bytes:
    # These classes load with the protobuf that TensorFlow 2.16 takes.
    from transformers.utils.sentencepiece_model_pb2 import ModelProto

    proto = ModelProto()
    proto.trainer_spec.model_type = proto.trainer_spec.BPE
    proto.normalizer_spec.add_dummy_prefix = False
    proto.normalizer_spec.remove_extra_whitespaces = False
    proto.normalizer_spec.escape_whitespaces = False
    # Rules that match nothing: without any, every process that loads the model prints a line.
    no_rules = bytes(1024)
    proto.normalizer_spec.precompiled_charsmap = struct.pack("<I", len(no_rules)) + no_rules
    kinds = proto.SentencePiece
    place = {"".join(pair): place for place, pair in enumerate(model["merges"])}
    pieces = {id: piece for piece, id in model["vocab"].items()}
    for id in range(max(pieces) + 1):
        if id in spellings:
            score = -float(place.get(pieces[id], 0))
            proto.pieces.add(piece=spellings[id].decode("latin-1"), score=score)
        else:
            # Latin-1 ends at U+00FF, so no text spells this name.
            proto.pieces.add(piece=f"\u0100{id}", type=kinds.CONTROL)
    # SentencePiece insists on an unknown piece; with all 256 bytes known it never uses it.
    proto.pieces.add(piece="\u0100", type=kinds.UNKNOWN)
    return proto.SerializeToString()


@lru_cache(maxsize=1)
def _patterns() -> tuple[str, str]:
    letter, digit, space = map(regex_ranges, _character_classes())
    return (
        rf"([{space}]+)([{space}][^{space}])",
        rf"'s|'t|'re|'ve|'m|'ll|'d| ?[{letter}]+| ?[{digit}]+| ?[^{letter}{digit}{space}]+"
        rf"|[{space}]+",
    )


def _character_classes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Asks `tokenizers` what GPT-2's pattern takes for a letter, a digit and white space.

    Returns:
        Three bool [CODE_POINTS].
    """
    split = ByteLevel(add_prefix_space=False, use_regex=True).pre_tokenize_str
    letters, digits, spaces = (np.zeros(CODE_POINTS, bool) for _ in range(3))
    for first, block in blocks():
        # The pattern joins a space, and no other white space, to what follows it.
        characters = block.replace(" ", "\n")
        for _, (start, end) in split(characters):
            for members, neighbour in ((letters, "a"), (digits, "1"), (spaces, "\n")):
                is_like_neighbour = len(split(neighbour + characters[start])) == 1
                members[first + start : first + end] = is_like_neighbour
    return letters, digits, spaces
