"""Compiles a Hugging Face tokenizer folder to TensorFlow, and proves the result."""

from collections.abc import Callable
from functools import lru_cache
from os import PathLike

import tensorflow as tf

from components.tokenizer.byte_level_bpe import byte_level_bpe
from components.tokenizer.graph_tokenizer import Algorithm, Blueprint, GraphTokenizer, ParityProof
from components.tokenizer.parity import prove
from components.tokenizer.source import Source, TokenizerFiles, load_source, read_files
from components.tokenizer.special_tokens import read_special_tokens
from components.tokenizer.word_piece import word_piece

FAMILIES: dict[str, Callable[[Source], Algorithm]] = {
    "BPE": byte_level_bpe,
    "WordPiece": word_piece,
}


def compile_tokenizer(folder: str | PathLike[str], max_length: int = 128) -> GraphTokenizer:
    """Compiles the tokenizer in a folder to a graph that gives the same ids.

    Inside a preprocessing_fn, call it through `tft.make_and_track_object`. Each call makes a new
    module; the proof is done once a process for the same files and length.

    Args:
        folder: local or gs:// folder in Hugging Face format, with tokenizer.json, or with
            vocab.json and merges.txt; tokenizer_config.json is read where there is one.
        max_length: tokens kept of a text, special tokens included.

    Returns:
        A module: string [batch] -> int32 RaggedTensor [batch, (tokens)].

    Raises:
        TokenizerNotFoundError: the folder has no tokenizer.
        UnsupportedTokenizer: the graph could not be exact; the message names the field.
        ValueError: max_length leaves no room for text.
        ParityError: the graph gave other ids than `tokenizers` for some text.
        RuntimeError: called while building a graph of TensorFlow 1.
    """
    files = read_files(folder)
    with tf.init_scope():
        if not tf.executing_eagerly():
            raise RuntimeError(
                "compile_tokenizer makes tables that a graph of TensorFlow 1 cannot hold: call it "
                "eagerly, or in a tf.function or preprocessing_fn"
            )
        blueprint, parity = _compile(files, max_length)
        return GraphTokenizer(blueprint, parity)


@lru_cache(maxsize=16)
def _compile(files: TokenizerFiles, max_length: int) -> tuple[Blueprint, ParityProof]:
    source = load_source(files)
    kind = source.definition["model"]["type"]
    source.require(kind in FAMILIES, "model.type", kind, " or ".join(FAMILIES))
    blueprint = Blueprint(
        algorithm=FAMILIES[kind](source),
        special_tokens=read_special_tokens(source),
        pieces=_pieces(source),
        max_length=max_length,
    )
    return blueprint, prove(blueprint, source.reference)


def _pieces(source: Source) -> tuple[str, ...]:
    vocabulary = source.backend.get_vocab(with_added_tokens=True)
    ids = sorted(vocabulary.values())
    source.require(
        ids == list(range(len(ids))),
        "model.vocab",
        f"with {len(ids)} ids up to {ids[-1]}",
        "ids from 0 up, without a gap and each once",
    )
    return tuple(sorted(vocabulary, key=vocabulary.__getitem__))
