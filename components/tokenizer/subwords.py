"""Shows how texts fall into sub-words."""

from collections.abc import Sequence

import tensorflow as tf

from components.tokenizer.graph_tokenizer import GraphTokenizer


def list_sub_words(tokenizer: GraphTokenizer, texts: Sequence[str]) -> list[list[tuple[str, int]]]:
    """Lists each text's sub-words with their ids, special tokens included.

    Sub-words are written as in the vocabulary: `Ġ` is a byte-level BPE's space, `##` a
    WordPiece's continuation.
    """
    pieces = tokenizer.pieces
    rows = tokenizer(tf.constant(texts, tf.string)).to_list()
    return [[(pieces[id], id) for id in row] for row in rows]
