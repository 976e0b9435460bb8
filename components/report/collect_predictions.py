"""Section 'predictions': eval rows that the exported model is asked about, by hash order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
import tensorflow_text  # noqa: F401 - registers the tokenizer's operations
from tfx.dsl.io import fileio
from tfx.types import Artifact, artifact_utils
from tfx.utils import path_utils

from components import progress
from components.preprocessing.taxonomy import Taxonomy
from components.report.content import Predictions, ScoredRow, TokenLengths
from components.report.token_lengths import measure_lengths
from components.serving.served_classifier import (
    CLASS_NAMES_SIGNATURE,
    EXAMPLES_SIGNATURE,
    LIKELIEST,
    SCORES_OUTPUT,
    TOKENIZE_SIGNATURE,
)
from components.serving_check.rows import Row, golden_rows

SPLIT = "eval"
_SHOWN_MISTAKES = 20
_SHOWN_ROWS = 20
_BATCH = 256
# Longer texts are shortened on the page; the model was asked about all of it.
_SHOWN_CHARACTERS = 600


def collect_predictions(
    model: Artifact, examples: Artifact, taxonomy: Taxonomy, rows: int, max_length: int
) -> Predictions:
    """Asks the exported model about rows of the eval split.

    Args:
        model: of the Trainer.
        examples: raw rows, of JsonExampleGen.
        taxonomy: of the run, to say which class a category is part of.
        rows: how many, by the hash of their text; all where there are fewer.
        max_length: tokens that the model keeps of a text.
    """
    files = sorted(fileio.glob(os.path.join(artifact_utils.get_split_uri([examples], SPLIT), "*")))
    available = sum(1 for _ in tf.data.TFRecordDataset(files, "GZIP")) if files else 0
    chosen = golden_rows(files, rows) if files and rows else []
    if not chosen:
        return Predictions(0, available, 0, [], [], None)
    export = path_utils.serving_model_path(model.uri)
    asked = AskedModel(export, taxonomy)
    scored = list(asked.score(chosen))
    wrong = [row for row in scored if not row.is_right]
    surest = sorted(wrong, key=lambda row: -row.likeliest[0][1])
    return Predictions(
        scored=len(scored),
        available=available,
        wrong=len(wrong),
        mistakes=surest[:_SHOWN_MISTAKES],
        random=scored[:_SHOWN_ROWS],
        lengths=asked.measure(chosen, max_length),
    )


class AskedModel:
    """An exported model, asked through the signature that the gate measures.

    Args:
        export: folder of the SavedModel; local or remote.
        taxonomy: of the rows.
    """

    def __init__(self, export: str, taxonomy: Taxonomy):
        self._loaded = tf.saved_model.load(export)
        self._signatures = self._loaded.signatures
        self._taxonomy = taxonomy
        names = self._signatures[CLASS_NAMES_SIGNATURE]()["class_names"].numpy()
        self._names = [name.decode() for name in names]

    def score(self, rows: Sequence[Row]) -> Iterator[ScoredRow]:
        """The rows with their likeliest classes, in the same order."""
        for batch in _batches(rows):
            serialised = tf.constant([row.to_example() for row in batch])
            answer = self._signatures[EXAMPLES_SIGNATURE](examples=serialised)
            for row, scores in zip(batch, answer[SCORES_OUTPUT].numpy(), strict=True):
                yield self._describe(row, scores)

    def measure(self, rows: Sequence[Row], max_length: int) -> TokenLengths:
        """How many tokens the model reads of the rows."""
        lengths: list[int] = []
        for batch in _batches(rows):
            sub_words = self._signatures[TOKENIZE_SIGNATURE](
                headline=tf.constant([row.headline for row in batch]),
                short_description=tf.constant([row.short_description for row in batch]),
            )["sub_words"].numpy()
            lengths += np.count_nonzero(sub_words != b"", axis=1).tolist()
        return measure_lengths(lengths, max_length)

    def _describe(self, row: Row, scores: np.ndarray) -> ScoredRow:
        category = _text(row.category)
        true_class = self._taxonomy.class_of.get(category, category)
        by_name = dict(zip(self._names, scores.tolist(), strict=True))
        return ScoredRow(
            headline=_text(row.headline),
            description=_text(row.short_description),
            category=category,
            true_class=true_class,
            likeliest=sorted(by_name.items(), key=lambda pair: -pair[1])[:LIKELIEST],
            true_probability=by_name.get(true_class),
        )


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for first in range(0, len(rows), _BATCH):
        progress.tell(f"row {first} of {len(rows)}")
        yield rows[first : first + _BATCH]


def _text(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]} …"
