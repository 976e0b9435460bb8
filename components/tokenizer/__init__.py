"""Compiles a Hugging Face tokenizer folder to a TensorFlow graph that gives exactly its ids.

Example:
    tokenizer = compile_tokenizer("checkpoints/roberta-base", max_length=128)
    tokenizer(["Hello world!"])            # <tf.RaggedTensor [[0, 31414, 232, 328, 2]]>
    list_sub_words(tokenizer, ["Hello world!"])  # [[("<s>", 0), ("Hello", 31414), ...]]
    tokenizer.parity                       # ParityProof(texts=9846, mismatches=0, ...)

The tokenizer's own file chooses the family: byte-level BPE (RoBERTa, DistilRoBERTa, GPT-2) or
WordPiece (BERT, DistilBERT, MiniLM). What the graph could not reproduce exactly is refused.
"""

from components.tokenizer.compiler import compile_tokenizer
from components.tokenizer.graph_tokenizer import GraphTokenizer, ParityProof
from components.tokenizer.refusals import ParityError, TokenizerNotFoundError, UnsupportedTokenizer
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
