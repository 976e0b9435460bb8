"""WordPiece, the family of BERT, DistilBERT and MiniLM, as TensorFlow operations.

1. A table rewrites each character as BertNormalizer and BertPreTokenizer do (`character_map`).
2. The text is split at its spaces.
3. tensorflow_text's FastWordpieceTokenizer takes each word apart, longest piece first.

tensorflow_text's own BERT normalizer and word splitter follow the Unicode version of its ICU,
which is not that of `tokenizers`, so neither is used.
"""

from dataclasses import dataclass
from itertools import permutations

import tensorflow as tf
import tensorflow_text as tf_text
from tokenizers.normalizers import NFD

from components.tokenizer.character_map import CharacterMap, character_map, character_rewriter
from components.tokenizer.source import Source

_CONTINUATION = "##"
_BYTES_PER_CHARACTER = 4
_LONGEST_WORD = 10_000  # characters; BERT's is 100


@dataclass(frozen=True, eq=False)
class WordPiece:
    """What a graph of this family is made of; plain data, so that one proof serves many graphs.

    Attributes:
        characters: the replacement of every character.
        pieces: id -> piece; what no text can spell stands for ids outside the model.
        unknown: the piece that stands for a word with no pieces.
        longest_word: the most characters of a word that is not unknown for its length.
        spellings: what each piece adds to a text, for the proof.
    """

    characters: CharacterMap
    pieces: tuple[str, ...]
    unknown: str
    longest_word: int
    spellings: tuple[bytes, ...]

    @property
    def unknown_id(self) -> int:
        """The id of the piece that stands for a word with no pieces."""
        return self.pieces.index(self.unknown)

    def build(self) -> "WordPieceGraph":
        """Makes a new module of constants and operations."""
        return WordPieceGraph(self)


class WordPieceGraph(tf.Module):
    """Valid UTF-8 to ids, without special tokens or truncation."""

    def __init__(self, algorithm: WordPiece) -> None:
        super().__init__(name="word_piece")
        self._characters = algorithm.characters.build()
        self._longest_word = algorithm.longest_word
        longest_in_bytes = algorithm.longest_word * _BYTES_PER_CHARACTER
        # The operation counts bytes where BERT counts characters: it gets this one for both.
        self._too_long = b"a" * (longest_in_bytes + 1)
        self._take_apart = tf_text.FastWordpieceTokenizer(
            vocab=list(algorithm.pieces),
            suffix_indicator=_CONTINUATION,
            max_bytes_per_word=longest_in_bytes,
            unknown_token=algorithm.unknown,
            no_pretokenization=True,
            token_out_type=tf.int32,
        )

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenizes valid UTF-8: string [batch] -> int32 [batch, (words), (tokens)]."""
        words = tf.strings.split(self._characters(texts))
        too_long = tf.strings.length(words.values, unit="UTF8_CHAR") > self._longest_word
        known = tf.where(too_long, self._too_long, words.values)
        return words.with_values(self._take_apart.tokenize(known))


def word_piece(source: Source) -> WordPiece:
    """Compiles a BERT WordPiece tokenizer to plain data.

    Raises:
        UnsupportedTokenizer: when the graph would not be exact.
    """
    _require_exact(source)
    _require_settled_marks(source)
    model = source.definition["model"]
    pieces = {id: piece for piece, id in model["vocab"].items()}
    return WordPiece(
        characters=character_map(source.backend.normalizer, source.backend.pre_tokenizer),
        # No word contains a space, so no text spells the filler.
        pieces=tuple(pieces.get(id, f"no piece {id}") for id in range(max(pieces) + 1)),
        unknown=model["unk_token"],
        longest_word=model["max_input_chars_per_word"],
        spellings=tuple(piece.removeprefix(_CONTINUATION).encode() for piece in model["vocab"]),
    )


def _require_exact(source: Source) -> None:
    definition, model = source.definition, source.definition["model"]
    for field, kind in (("normalizer", "BertNormalizer"), ("pre_tokenizer", "BertPreTokenizer")):
        value = definition[field]
        source.require(value is not None and value["type"] == kind, field, value, kind)
    prefix, unknown = model["continuing_subword_prefix"], model["unk_token"]
    longest = model["max_input_chars_per_word"]
    field = "model.max_input_chars_per_word"
    source.require(1 <= longest <= _LONGEST_WORD, field, longest, f"1 to {_LONGEST_WORD}")
    field = "model.continuing_subword_prefix"
    source.require(prefix == _CONTINUATION, field, prefix, _CONTINUATION)
    source.require(unknown in model["vocab"], "model.unk_token", unknown, "a piece of model.vocab")


def _require_settled_marks(source: Source) -> None:
    """Refuses vocabularies for which the order of combining marks could matter.

    Stripping accents goes through NFD, which sorts neighbouring marks; a table of characters
    cannot. It shows only in words made of known pieces, so only if the vocabulary has two marks
    that survive stripping and that NFD would exchange. None that we know of has.
    """
    normalizer = source.definition["normalizer"]
    strips = normalizer["strip_accents"]
    if not (normalizer["lowercase"] if strips is None else strips):
        return
    rewrite = character_rewriter(source.backend.normalizer, source.backend.pre_tokenizer)
    decompose = NFD().normalize_str
    lowest, highest = "\u0334", "\u0345"  # the ends of the order: classes 1 and 240
    marks = [
        character
        for character in sorted(set("".join(source.definition["model"]["vocab"])))
        if decompose(probe := f"{highest}{character}{lowest}") != probe
        and rewrite(character) == character
    ]
    exchanged = [
        first + second
        for first, second in permutations(marks, 2)
        if decompose(first + second) != first + second
    ]
    supported = "combining marks that NFD leaves in their order"
    source.require(not exchanged, "model.vocab", f"with the marks {exchanged}", supported)
