"""Compares a compiled tokenizer with Hugging Face's on texts made to tell them apart."""

import time
from collections.abc import Sequence

import tensorflow as tf
import tokenizers
from transformers import PreTrainedTokenizerBase

from components.tokenizer.adversarial_texts import adversarial_texts
from components.tokenizer.graph_tokenizer import Blueprint, GraphTokenizer, ParityProof
from components.tokenizer.refusals import ParityError

_BATCH = 1024
# Where a text is cut depends on its length alone, so a part of the texts tells.
_FRAMED_EVERY = 5


def prove(blueprint: Blueprint, reference: PreTrainedTokenizerBase) -> ParityProof:
    """Builds the graph and compares it with transformers on the built-in adversarial texts.

    Raises:
        ParityError: at the first text with other ids, with the text and both lists.
    """
    start = time.perf_counter()
    special_tokens = [token.content for token in reference.added_tokens_decoder.values()]
    texts = adversarial_texts(blueprint.algorithm.spellings, special_tokens)
    graph = GraphTokenizer(blueprint)
    # In batches, so that valid UTF-8 is seen apart from broken.
    for first in range(0, len(texts), _BATCH):
        _check(graph, reference, texts[first : first + _BATCH])
    return ParityProof(
        texts=len(texts),
        mismatches=0,
        tokenizers_version=tokenizers.__version__,
        seconds=time.perf_counter() - start,
    )


def _check(
    graph: GraphTokenizer, reference: PreTrainedTokenizerBase, texts: Sequence[bytes]
) -> None:
    """Compares all ids of each text; for some, also what truncation and framing leave of them."""
    backend = reference.backend_tokenizer  # three times as fast, but without truncation
    backend.no_truncation()
    bare = [backend.encode(_decoded(text), add_special_tokens=False).ids for text in texts]
    _compare(texts, graph.untruncated(tf.constant(texts, tf.string)), bare)
    some = texts[::_FRAMED_EVERY]
    cut = {"truncation": True, "max_length": graph.max_length}
    framed = [reference(_decoded(text), **cut)["input_ids"] for text in some]
    _compare(some, graph(tf.constant(some, tf.string)), framed)


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _compare(texts: Sequence[bytes], found: tf.RaggedTensor, expected: Sequence[list[int]]) -> None:
    for text, got, want in zip(texts, found.to_list(), expected, strict=True):
        if got != want:
            raise ParityError(
                f"the compiled tokenizer differs from tokenizers {tokenizers.__version__} "
                f"on {text!r}: it gives {got} instead of {want}. This is an error of the compiler: "
                "please report it with the text"
            )
