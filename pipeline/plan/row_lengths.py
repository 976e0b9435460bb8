"""How long the rows of the data are, counted in tokens with the run's own tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

import numpy as np
import tensorflow as tf

from components import progress
from components.article.names import check_fields
from components.article.row import Article, joined_text
from components.classifier.batches import TokenisedRows
from components.errors import SettingsError
from components.files import is_remote, open_file
from components.json_example_gen.rows import judge_row
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.local_file import check_regular
from components.row_files.rows import numbered_rows
from components.tokenizer import compile_tokenizer

_BATCH = 1_024


def read_lengths(
    files: Sequence[str],
    text_fields: Sequence[str],
    taxonomy: Taxonomy,
    tokenizer_folder: str,
    max_length: int,
    names: Mapping[str, str] = MappingProxyType({}),
) -> np.ndarray:
    """Tokens of every row that a run would accept, int64 [rows].

    Args:
        files: of rows, or globs; local or gs://.
        text_fields: that the model reads.
        taxonomy: decides which rows are left out.
        tokenizer_folder: of the checkpoint.
        max_length: tokens kept of a row.
        names: see `parse_row`.

    Raises:
        SettingsError: no file matches, or none has a row.
        DataError: see `numbered_rows`, `check_regular` and `check_fields`.
    """
    tokenizer = compile_tokenizer(tokenizer_folder, max_length)
    rows = _read_articles(files, text_fields, taxonomy, names)
    lengths: list[np.ndarray] = []
    while batch := list(islice(rows, _BATCH)):
        texts = [joined_text(article, text_fields) for article in batch]
        lengths.append(tokenizer(tf.constant(texts)).row_lengths().numpy())
        progress.tell(f"{_BATCH * (len(lengths) - 1) + len(batch):,} rows")
    if not lengths:
        raise SettingsError(f"data.files: {files[0]} has no row that the run would accept")
    return np.concatenate(lengths)


def _read_articles(
    files: Sequence[str], text_fields: Sequence[str], taxonomy: Taxonomy, names: Mapping[str, str]
) -> Iterator[Article]:
    """The usable rows; ExampleGen reports the others in a run."""
    found = (path for each in files for path in sorted(tf.io.gfile.glob(each)))
    paths = [path for path in found if not tf.io.gfile.isdir(path)]
    if not paths:
        raise SettingsError(f"data.files: no file matches {files[0]}")
    for path in paths:
        if not is_remote(path):
            check_regular(path)
        with open_file(path, "rb") as file:
            check_fields(numbered_rows(file, path), path, text_fields, names)
        with open_file(path, "rb") as file:
            for row in numbered_rows(file, path):
                outcome = judge_row(row, text_fields, taxonomy, names)
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
