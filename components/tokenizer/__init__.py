"""Compiles a Hugging Face tokenizer folder to a TensorFlow graph that gives exactly its ids.

Example:
    tokenizer = compile_tokenizer("checkpoints/roberta-base", max_length=128)
    tokenizer(["Hello world!"])            # <tf.RaggedTensor [[0, 31414, 232, 328, 2]]>
    list_sub_words(tokenizer, ["Hello world!"])  # [[("<s>", 0), ("Hello", 31414), ...]]
    tokenizer.parity                       # ParityProof(texts=9846, mismatches=0, ...)

The tokenizer's own file chooses the family: byte-level BPE (RoBERTa, DistilRoBERTa, GPT-2) or
WordPiece (BERT, DistilBERT, MiniLM). What the graph could not reproduce exactly is refused.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from components.tokenizer.compiler import compile_tokenizer
    from components.tokenizer.graph_tokenizer import GraphTokenizer, ParityProof
    from components.tokenizer.refusals import (
        ParityError,
        TokenizerNotFoundError,
        UnsupportedTokenizer,
    )
    from components.tokenizer.subwords import list_sub_words

__all__ = [
    "GraphTokenizer",
    "ParityError",
    "ParityProof",
    "TokenizerNotFoundError",
    "UnsupportedTokenizer",
    "compile_tokenizer",
    "list_sub_words",
]
_MODULES = ("refusals", "graph_tokenizer", "compiler", "subwords")


def __getattr__(name: str) -> Any:
    """Imports TensorFlow for what needs it alone: who reads the files of a tokenizer does not."""
    if name in __all__:
        modules = (importlib.import_module(f"{__name__}.{module}") for module in _MODULES)
        return next(getattr(module, name) for module in modules if hasattr(module, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
