"""How long the rows of the data are, counted in tokens with the run's own tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import tensorflow as tf

from components import progress
from components.article.row import Article, joined_text
from components.classifier.batches import TokenisedRows
from components.errors import SettingsError
from components.files import open_file
from components.json_example_gen.rows import judge_line
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.lines import numbered_lines
from components.tokenizer import compile_tokenizer

_BATCH = 1_024


def read_lengths(
    files: Sequence[str],
    text_fields: Sequence[str],
    taxonomy: Taxonomy,
    tokenizer_folder: str,
    max_length: int,
) -> np.ndarray:
    """Tokens of every row that a run would accept, int64 [rows].

    Args:
        files: of rows, or globs; local or gs://.
        text_fields: that the model reads.
        taxonomy: decides which rows are left out.
        tokenizer_folder: of the checkpoint.
        max_length: tokens kept of a row.

    Raises:
        SettingsError: no file matches, or none has a row.
        DataError: see `numbered_lines`.
    """
    tokenizer = compile_tokenizer(tokenizer_folder, max_length)
    rows = _read_articles(files, text_fields, taxonomy)
    lengths: list[np.ndarray] = []
    while batch := list(islice(rows, _BATCH)):
        texts = [joined_text(article, text_fields) for article in batch]
        lengths.append(tokenizer(tf.constant(texts)).row_lengths().numpy())
        progress.tell(f"{_BATCH * (len(lengths) - 1) + len(batch):,} rows")
    if not lengths:
        raise SettingsError(f"data.files: {files[0]} has no row that the run would accept")
    return np.concatenate(lengths)


def _read_articles(
    files: Sequence[str], text_fields: Sequence[str], taxonomy: Taxonomy
) -> Iterator[Article]:
    """The usable rows; ExampleGen reports the others in a run."""
    found = (name for each in files for name in sorted(tf.io.gfile.glob(each)))
    names = [name for name in found if not tf.io.gfile.isdir(name)]
    if not names:
        raise SettingsError(f"data.files: no file matches {files[0]}")
    for name in names:
        with open_file(name, "rb") as file:
            for _, line in numbered_lines(file, name):
                outcome = judge_line(line, text_fields, taxonomy)
                if outcome.article:
                    yield outcome.article


def split_lengths(
    lengths: np.ndarray, eval_fraction: float, test_fraction: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Deals rows out to train and eval, at random where a run goes by the articles' hash."""
    position = np.random.default_rng(seed).random(len(lengths))
    is_eval = position >= 1 - eval_fraction
    return lengths[~is_eval & (position >= test_fraction)], lengths[is_eval]


def rows_of_lengths(lengths: np.ndarray) -> TokenisedRows:
    """Rows with these lengths for a Trainer that is only asked for its plan and its step."""
    return TokenisedRows(
        token_ids=np.zeros(int(lengths.sum()), np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        labels=np.zeros(len(lengths), np.int32),
    )
