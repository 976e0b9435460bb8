"""Section 'predictions': rows of the judged split that the exported model is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from tfx.types import Artifact
from tfx.utils import path_utils

from components import progress
from components.preprocessing.taxonomy import Taxonomy
from components.report.content import Predictions, ScoredRow, TokenLengths
from components.report.token_lengths import measure_lengths
from components.serving.exported_model import ExportedModel
from components.serving.signatures import EXAMPLES_INPUT, LIKELIEST, Output, Signature
from components.serving_check.rows import Row, find_judged_files, golden_rows

_SHOWN_MISTAKES = 20
_SHOWN_ROWS = 20
_BATCH = 256
# Longer texts are shortened on the page; the model was asked about all of it.
_SHOWN_CHARACTERS = 600


def collect_predictions(
    model: Artifact,
    examples: Artifact,
    taxonomy: Taxonomy,
    rows: int,
    max_length: int,
    text_fields: Sequence[str],
) -> Predictions:
    """Asks the exported model about rows of the judged split.

    Args:
        model: of the Trainer.
        examples: raw rows, of JsonExampleGen.
        taxonomy: of the run, to say which class a category is part of.
        rows: how many, by the hash of their text; all where there are fewer.
        max_length: tokens that the model keeps of a text.
        text_fields: that it reads.
    """
    files = find_judged_files(examples)
    available = sum(1 for _ in tf.data.TFRecordDataset(files, "GZIP")) if files else 0
    chosen = golden_rows(files, rows, text_fields) if files and rows else []
    if not chosen:
        return Predictions(0, available, 0, [], [], None)
    asked = ExportedModel(path_utils.serving_model_path(model.uri))
    scored = list(_score(asked, chosen, taxonomy))
    wrong = [row for row in scored if not row.is_right]
    surest = sorted(wrong, key=lambda row: -row.likeliest[0][1])
    return Predictions(
        scored=len(scored),
        available=available,
        wrong=len(wrong),
        mistakes=surest[:_SHOWN_MISTAKES],
        random=scored[:_SHOWN_ROWS],
        lengths=_measure(asked, chosen, max_length),
    )


def _score(model: ExportedModel, rows: Sequence[Row], taxonomy: Taxonomy) -> Iterator[ScoredRow]:
    """The rows with their likeliest classes, through the signature that the gate measures."""
    class_names = model.class_names
    for batch in _batches(rows):
        examples = {EXAMPLES_INPUT: [row.to_example() for row in batch]}
        answer = model.ask(Signature.EXAMPLES, examples)[Output.SCORES]
        for row, scores in zip(batch, answer, strict=True):
            category = _text(row.category)
            true_class = taxonomy.class_of.get(category, category)
            by_name = dict(zip(class_names, scores.tolist(), strict=True))
            yield ScoredRow(
                texts=[_text(text) for text in row.texts.values()],
                category=category,
                true_class=true_class,
                likeliest=sorted(by_name.items(), key=lambda pair: -pair[1])[:LIKELIEST],
                true_probability=by_name.get(true_class),
            )


def _measure(model: ExportedModel, rows: Sequence[Row], max_length: int) -> TokenLengths:
    """How many tokens the model reads of the rows."""
    lengths: list[int] = []
    for batch in _batches(rows):
        texts = [row.texts for row in batch]
        sub_words = model.ask_about_texts(Signature.TOKENIZE, texts)[Output.SUB_WORDS]
        lengths += np.count_nonzero(sub_words != b"", axis=1).tolist()
    return measure_lengths(lengths, max_length)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for first in range(0, len(rows), _BATCH):
        progress.tell(f"row {first} of {len(rows)}")
        yield rows[first : first + _BATCH]


def _text(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]} …"
