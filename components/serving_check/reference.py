"""The fine-tuned checkpoint, asked with Hugging Face's own code: what the export has to equal.

Nothing here is shared with the export: the text is joined and cut in Python, tokens come from
`tokenizers`, scores from the model as it was saved. Where the two agree, both are right.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

from components.serving_check.rows import Row

_BATCH_SIZE = 32


def joined_text(row: Row) -> str:
    """The texts with a space between, and none where one of them is empty."""
    parts = [part for part in row.texts.values() if part]
    return b" ".join(parts).decode("utf-8", "replace")


class Reference:
    """A classifier in Hugging Face format.

    Args:
        folder: local folder with the model and its tokenizer.
        max_length: tokens kept of a text, special tokens included.

    Attributes:
        class_names: in the order of the scores.
        pad_id: what fills a batch.

    Raises:
        Exception: of `transformers`, where it cannot load the folder.
    """

    def __init__(self, folder: str, max_length: int):
        self._tokenizer = AutoTokenizer.from_pretrained(
            folder, use_fast=True, split_special_tokens=True, trust_remote_code=False
        )
        with tf.device("CPU"):
            self._model = TFAutoModelForSequenceClassification.from_pretrained(
                folder, trust_remote_code=False
            )
        self._taken = inspect.signature(self._model.call).parameters.keys()
        self._max_length = max_length
        names = self._model.config.id2label
        self.class_names = [names[index] for index in range(len(names))]
        self.pad_id: int = self._tokenizer.pad_token_id
        # A text may well hold what the vocabulary does not know: that is no control token.
        self._control_ids = set(self._tokenizer.all_special_ids) - {self._tokenizer.unk_token_id}

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, specials included, not padded."""
        return self._encode(texts)["input_ids"]

    def sub_words(self, token_ids: Sequence[int]) -> list[str]:
        """How the tokenizer spells each id."""
        return self._tokenizer.convert_ids_to_tokens(token_ids)

    def control_tokens(self, token_ids: Sequence[int]) -> int:
        """How many of the ids are control tokens, which no text may spell."""
        return sum(token_id in self._control_ids for token_id in token_ids)

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities of all classes, float32 [texts, classes]."""
        batches = [texts[i : i + _BATCH_SIZE] for i in range(0, len(texts), _BATCH_SIZE)]
        return np.concatenate([self._scores(batch) for batch in batches])

    def _scores(self, texts: Sequence[str]) -> np.ndarray:
        batch = self._encode(texts, padding=True, return_tensors="tf")
        with tf.device("CPU"):
            # Of what a tokenizer gives, not every model takes the token types.
            taken = {name: value for name, value in batch.items() if name in self._taken}
            logits = self._model(**taken, training=False).logits
            return tf.nn.softmax(tf.cast(logits, tf.float32)).numpy()

    def _encode(self, texts: Sequence[str], **options: Any) -> Any:
        return self._tokenizer(list(texts), truncation=True, max_length=self._max_length, **options)
