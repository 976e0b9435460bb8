"""Measures the profile of transformed examples, a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from components.data_validation.probe import JUDGED_ROWS, TRAIN_ROWS, Sample, probe
from components.data_validation.profile import DataProfile
from components.data_validation.tally import Batch, Tally
from components.preprocessing import features
from components.split_rule import SplitRule
from components.splits import EVAL, TRAIN

_BATCH = 4_096
_READ = (
    *(features.TOKEN_IDS, features.LABEL, features.RAW_CATEGORY, features.DAY),
    *(features.CHARACTERS, features.SUB_WORDS, features.WORDS, features.WHOLE_WORDS),
    *(features.ONE_CASE, features.DESCRIPTION_SLICE, features.DATE_SLICE),
)


def measure_profile(
    files_by_split: Mapping[str, Sequence[str]],
    feature_specification: Mapping[str, Any],
    class_of: Mapping[str, str],
    text_fields: Sequence[str],
    tokenizer: str,
    split_rule: SplitRule | None,
) -> DataProfile:
    """Reads all rows once.

    Args:
        files_by_split: gzipped TFRecord files of the transformed examples.
        feature_specification: Transform's, for `tf.io.parse_example`.
        class_of: see `DataProfile` for this and the others.
        text_fields: see there.
        tokenizer: see there.
        split_rule: see there.

    Raises:
        ValueError: there are no rows.
    """
    specification = {name: feature_specification[name] for name in _READ}
    samples = {TRAIN: Sample(TRAIN_ROWS), EVAL: Sample(JUDGED_ROWS)}
    tallies, newest = {split: Tally() for split in files_by_split}, Tally()
    for split, files in files_by_split.items():
        dataset = tf.data.TFRecordDataset(tf.constant(files, tf.string), "GZIP")
        for records in dataset.batch(_BATCH):
            row = tf.io.parse_example(records, specification)
            batch = _to_batch(row)
            tallies[split].add(batch)
            newest.add(batch.among(row[features.DATE_SLICE].numpy() != b""))
            if split in samples:
                token_ids = row[features.TOKEN_IDS]
                samples[split].add(
                    token_ids.values.numpy().astype(np.int32),
                    token_ids.row_splits.numpy(),
                    row[features.LABEL].numpy(),
                )
    everything = Tally.of_all(tallies.values()).figures(class_of)
    if everything is None:
        raise ValueError("no transformed examples to measure")
    figures = {split: tally.figures(class_of) for split, tally in tallies.items()}
    return DataProfile(
        class_of=class_of,
        text_fields=text_fields,
        tokenizer=tokenizer,
        all=everything,
        splits={split: found for split, found in figures.items() if found},
        newest=newest.figures(class_of),
        probe=probe(samples[TRAIN], samples[EVAL]),
        split_rule=split_rule,
    )


def _to_batch(row: Mapping[str, Any]) -> Batch:
    return Batch(
        category=row[features.RAW_CATEGORY].numpy(),
        is_bare=row[features.DESCRIPTION_SLICE].numpy() != b"",
        characters=row[features.CHARACTERS].numpy(),
        tokens=row[features.TOKEN_IDS].row_lengths().numpy(),
        sub_words=row[features.SUB_WORDS].numpy(),
        words=row[features.WORDS].numpy(),
        whole_words=row[features.WHOLE_WORDS].numpy(),
        one_case=row[features.ONE_CASE].numpy(),
        day=row[features.DAY].numpy(),
    )
