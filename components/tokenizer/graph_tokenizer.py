"""The compiled tokenizer: a module of TensorFlow operations from raw text to model ids."""

import dataclasses
from typing import NamedTuple, Protocol

import tensorflow as tf

from components.tokenizer.refusals import UnsupportedTokenizer
from components.tokenizer.special_tokens import SpecialTokens
from components.tokenizer.stretches import join_stretches

# Each range stays within one length of UTF-8: RE2 widens a range that reaches from two-byte
# characters to the last one, and would let surrogates and overlong forms through.
_VALID_UTF8 = (
    r"(?:[\x{0}-\x{7f}]|[\x{80}-\x{7ff}]|[\x{800}-\x{d7ff}]|[\x{e000}-\x{ffff}]"
    r"|[\x{10000}-\x{10ffff}])*"
)


class Algorithm(Protocol):
    """What a family compiles a tokenizer to: plain data that builds its graph."""

    @property
    def spellings(self) -> tuple[bytes, ...]:
        """The bytes that each sub-word adds to a text, for the proof."""

    @property
    def unknown_id(self) -> int | None:
        """The id that stands for a word of which the vocabulary has no piece, if one can."""

    def build(self) -> tf.Module:
        """Makes a module that maps valid UTF-8, string [batch], to ids by the words of each text.

        A word is what the family takes apart by itself: int32 [batch, (words), (tokens)].
        """


@dataclasses.dataclass(frozen=True)
class ParityProof:
    """What the build-time comparison with Hugging Face's `tokenizers` found.

    Attributes:
        texts: number of texts compared.
        mismatches: texts with other ids; 0, since one mismatch fails the build.
        tokenizers_version: the version compared with.
        seconds: how long the comparison took.
    """

    texts: int
    mismatches: int
    tokenizers_version: str
    seconds: float


class WordCounts(NamedTuple):
    """What the words of each text come to, before it is cut; int64 [batch] each.

    Attributes:
        sub_words: tokens, without special ones.
        words: that the tokenizer takes apart one by one, so a comma is one.
        whole: words that are an entry of the vocabulary as they are.
    """

    sub_words: tf.Tensor
    words: tf.Tensor
    whole: tf.Tensor


@dataclasses.dataclass(frozen=True)
class Blueprint:
    """A compiled tokenizer as plain data.

    Attributes:
        algorithm: the family's part.
        special_tokens: what frames and pads a text.
        pieces: id -> sub-word, as Hugging Face's convert_ids_to_tokens writes it.
        max_length: tokens kept of a text, special tokens included.
    """

    algorithm: Algorithm
    special_tokens: SpecialTokens
    pieces: tuple[str, ...]
    max_length: int

    def __post_init__(self) -> None:
        framing = len(self.special_tokens.prefix) + len(self.special_tokens.suffix)
        if self.max_length <= framing:
            raise UnsupportedTokenizer(
                f"text.max_length: max_length is {self.max_length}, which leaves no room for text "
                f"between {framing} special tokens"
            )


class GraphTokenizer(tf.Module):
    """Text to ids, exactly as the Hugging Face tokenizer it was compiled from.

    Works eagerly, in a tf.function, in a preprocessing_fn and in a SavedModel of any module that
    holds it as an attribute; the vocabulary travels as constants, not as files.

    Attributes:
        max_length: tokens kept of a text, special tokens included.
        pad_id: the id to pad a batch with.
        vocabulary_size: number of ids; also the least size of a model's embedding table.
        parity: the proof that the graph is exact; None while it is being given.
        blueprint: the same tokenizer as plain data.
    """

    def __init__(self, blueprint: Blueprint, parity: ParityProof | None = None) -> None:
        super().__init__(name="tokenizer")
        self.blueprint = blueprint
        self.max_length = blueprint.max_length
        self.pad_id = blueprint.special_tokens.pad
        self.vocabulary_size = len(blueprint.pieces)
        self.parity = parity
        self._family = blueprint.algorithm.build()

    @property
    def pieces(self) -> list[str]:
        """id -> sub-word, as Hugging Face's convert_ids_to_tokens writes it."""
        return list(self.blueprint.pieces)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)], autograph=False)
    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenizes a batch.

        1. Bytes that are not UTF-8 become U+FFFD.
        2. The family's graph makes ids; text that spells a special token stays text.
        3. Each text is cut from the right, then framed by the special tokens.

        Args:
            texts: string [batch]; any bytes, any batch size.

        Returns:
            int32 [batch, (tokens)], tokens <= max_length.
        """
        special = self.blueprint.special_tokens
        return _framed(self.untruncated(texts), special, self.max_length)

    def untruncated(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """All ids of a batch, without special tokens: string [batch] -> int32 [batch, (tokens)]."""
        return _joined(self._family(_valid_utf8(texts)))

    def with_word_counts(self, texts: tf.Tensor) -> tuple[tf.RaggedTensor, WordCounts]:
        """What a call gives, and what it came from.

        Args:
            texts: string [batch].
        """
        by_word = self._family(_valid_utf8(texts))
        ids, lengths = _joined(by_word), by_word.values.row_lengths()
        is_whole = tf.equal(tf.repeat(lengths, lengths), 1)
        unknown = self.blueprint.algorithm.unknown_id
        if unknown is not None:
            is_whole = tf.logical_and(is_whole, tf.not_equal(ids.values, unknown))
        counts = WordCounts(
            sub_words=ids.row_lengths(),
            words=_count_true(by_word.with_values(lengths > 0)),
            whole=_count_true(ids.with_values(is_whole)),
        )
        return _framed(ids, self.blueprint.special_tokens, self.max_length), counts


def _joined(by_word: tf.RaggedTensor) -> tf.RaggedTensor:
    """Ids of [batch, (words), (tokens)] as [batch, (tokens)]."""
    splits = tf.gather(by_word.values.row_splits, by_word.row_splits)
    return tf.RaggedTensor.from_row_splits(by_word.flat_values, splits, validate=False)


def _count_true(values: tf.RaggedTensor) -> tf.Tensor:
    return tf.reduce_sum(tf.cast(values, tf.int64), axis=1)


def _valid_utf8(texts: tf.Tensor) -> tf.Tensor:
    """Replaces what is not UTF-8 by U+FFFD, as bytes.decode("utf-8", "replace") does."""
    # Checking costs an eighth of transcoding, and nearly every batch is valid.
    return tf.cond(
        tf.reduce_all(tf.strings.regex_full_match(texts, _VALID_UTF8)),
        lambda: texts,
        lambda: tf.strings.unicode_transcode(
            texts, "UTF-8", "UTF-8", errors="replace", replace_control_characters=False
        ),
    )


def _framed(ids: tf.RaggedTensor, special: SpecialTokens, max_length: int) -> tf.RaggedTensor:
    """Cuts each row from the right and frames it, so that no row is longer than max_length."""
    framing = len(special.prefix) + len(special.suffix)
    kept = tf.minimum(ids.row_lengths(), max_length - framing)
    every, end = tf.ones_like(kept), tf.size(ids.values, out_type=tf.int64)
    starts = [every * end, ids.row_starts(), every * (end + len(special.prefix))]
    lengths = [every * len(special.prefix), kept, every * len(special.suffix)]
    framed = join_stretches(
        tf.concat([ids.values, special.prefix, special.suffix], axis=0),
        tf.reshape(tf.stack(starts, axis=1), [-1]),
        tf.reshape(tf.stack(lengths, axis=1), [-1]),
    )
    return tf.RaggedTensor.from_row_lengths(framed, kept + framing, validate=False)
