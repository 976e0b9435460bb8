"""Lengths of texts in tokens of a checkpoint, by Hugging Face's tokenizer, without TensorFlow."""

from __future__ import annotations

from collections import Counter

from components.checkpoint.resolve import resolve_tokenizer
from components.tokenizer.source import load_source, read_files

_BATCH = 1_024


class TokenCounts:
    """Counts the tokens of texts, special ones included, before any is cut off.

    Args:
        checkpoint: folder or Hub id.
        revision: commit of a Hub id.

    Raises:
        CheckpointError: see `resolve_tokenizer`.
        UserError: see `read_files` and `load_source`.
    """

    def __init__(self, checkpoint: str, revision: str | None):
        self._tokenizer = load_source(read_files(resolve_tokenizer(checkpoint, revision))).backend
        # Text that spells a special token is text, as in the graph.
        self._tokenizer.encode_special_tokens = True
        self._waiting: list[str] = []
        self._counts: Counter[int] = Counter()

    def add(self, text: str) -> None:
        """Takes a text."""
        self._waiting.append(text)
        if len(self._waiting) == _BATCH:
            self._count()

    def finish(self) -> Counter[int]:
        """Texts by their number of tokens."""
        self._count()
        return self._counts

    def _count(self) -> None:
        encoded = self._tokenizer.encode_batch_fast(self._waiting)
        self._counts.update(len(text.ids) for text in encoded)
        self._waiting = []
