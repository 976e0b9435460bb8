"""Length buckets, epoch plans and datasets: no row lost, none twice, little padding."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from components.classifier.batches import (
    TokenisedRows,
    check_token_ids,
    choose_bucket_lengths,
    make_dataset,
    plan_epoch,
    read_rows,
)

PAD_ID = 1


def make_rows(lengths: list[int]) -> TokenisedRows:
    """Row i holds the id 10 + i, `lengths[i]` times, and has the label i."""
    return TokenisedRows(
        token_ids=np.repeat(np.arange(10, 10 + len(lengths)), lengths).astype(np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        labels=np.arange(len(lengths), dtype=np.int32),
    )


def padding(lengths: np.ndarray, buckets: tuple[int, ...]) -> int:
    return sum(min(b for b in buckets if b >= length) - length for length in lengths)


def test_bucket_lengths_pad_least_of_all_choices():
    lengths = np.random.default_rng(5).choice([3, 5, 8, 9, 20, 21, 40], size=200)
    for buckets in (1, 2, 3, 4):
        chosen = choose_bucket_lengths(lengths, buckets)
        choices = itertools.combinations(sorted(set(lengths)), buckets)
        best = min(padding(lengths, c) for c in choices if c[-1] == lengths.max())
        assert padding(lengths, tuple(chosen)) == best
        assert len(chosen) == buckets


def test_fewer_lengths_than_buckets_need_no_padding():
    assert choose_bucket_lengths(np.array([7, 7, 4]), 8) == [4, 7]


def test_a_plan_holds_every_row_once_in_full_batches_but_one():
    lengths = np.random.default_rng(1).integers(3, 60, size=1_003)
    buckets = choose_bucket_lengths(lengths, 8)
    plan = plan_epoch(lengths, buckets, 16, np.random.default_rng(2))
    assert sorted(np.concatenate([batch.rows for batch in plan])) == list(range(1_003))
    assert sorted(len(batch.rows) for batch in plan)[:2] == [1_003 % 16, 16]
    assert all(lengths[batch.rows].max() <= batch.length for batch in plan)
    padded = sum(16 * batch.length for batch in plan)
    assert padded / lengths.sum() < 1.2


def test_plans_differ_by_epoch_and_repeat_by_seed():
    lengths = np.full(64, 5)

    def first_rows(seed: int) -> list[int]:
        return plan_epoch(lengths, [5], 8, np.random.default_rng(seed))[0].rows.tolist()

    assert first_rows(1) == first_rows(1) != first_rows(2)


def test_a_dataset_pads_rows_to_the_bucket_and_the_last_batch_with_weightless_rows():
    rows = make_rows([2, 3, 3, 5, 1])
    plan = plan_epoch(rows.lengths, [3, 5], batch_size=4)
    batches = list(make_dataset(rows, plan, batch_size=4, pad_id=PAD_ID))
    assert [tuple(ids.shape) for ids, _, _ in batches] == [(4, 3), (4, 5)]
    ids, labels, weights = batches[1]
    assert ids.numpy().tolist() == [[13] * 5, [1] * 5, [1] * 5, [1] * 5]
    assert weights.numpy().tolist() == [1, 0, 0, 0]
    assert labels.numpy()[0] == 3
    assert batches[0][0].numpy()[0].tolist() == [10, 10, PAD_ID]


def test_ids_outside_the_embedding_table_are_refused_on_the_host():
    rows = make_rows([2, 3])
    check_token_ids(rows, vocabulary_size=12)
    with pytest.raises(ValueError, match="token id 11 is outside the model's 11 embeddings"):
        check_token_ids(rows, vocabulary_size=11)


def write_examples(path: Path, labels: list[int]) -> None:
    """Rows of one token each that tells their label, whose keys descend."""
    write_rows(path, [(-label, label, [label + 10]) for label in labels])


def write_rows(path: Path, rows: Sequence[tuple[int, int, list[int]]]) -> None:
    """Rows of key, label and the tokens between 0 and 2."""
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for key, label, tokens in rows:
            example = tf.train.Example()
            example.features.feature["ids"].int64_list.value.extend([0, *tokens, 2])
            example.features.feature["label"].int64_list.value.append(label)
            example.features.feature["row_key"].int64_list.value.append(key)
            writer.write(example.SerializeToString())


SPECIFICATION = {
    "token_ids": tf.io.RaggedFeature(tf.int64, value_key="ids"),
    "label": tf.io.FixedLenFeature([], tf.int64),
    "row_key": tf.io.FixedLenFeature([], tf.int64),
}


def test_rows_are_read_from_all_files_in_the_order_of_their_keys(tmp_path: Path):
    write_examples(tmp_path / "b.gz", [1])
    write_examples(tmp_path / "a.gz", [0, 2])
    rows = read_rows([str(tmp_path / "*.gz")], SPECIFICATION)
    assert rows.labels.tolist() == [2, 1, 0]
    assert rows.token_ids.tolist() == [0, 12, 2, 0, 11, 2, 0, 10, 2]
    assert rows.lengths.tolist() == [3, 3, 3]


def test_files_and_their_order_change_no_row_even_where_articles_share_their_key(tmp_path: Path):
    generator = np.random.default_rng(4)
    keys = [0, 7, 2**62, *generator.integers(0, 2**63 - 1, size=20)]
    rows = [
        (int(generator.choice(keys)), int(generator.integers(3)), generator.integers(3, 6, size))
        for size in generator.integers(0, 5, size=300)
    ]
    read, files = [], [1, 2, 7]
    for count in files:
        generator.shuffle(rows)
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            write_rows(folder / f"{number}.gz", rows[number::count])
        read.append(read_rows([f"{folder}/*.gz"], SPECIFICATION))
    assert len(read[0]) == 300
    assert len({one.digest for one in read}) == 1
    for other in read[1:]:
        np.testing.assert_array_equal(other.token_ids, read[0].token_ids)
        np.testing.assert_array_equal(other.offsets, read[0].offsets)
        np.testing.assert_array_equal(other.labels, read[0].labels)
    whole = [(label, (0, *tokens, 2)) for _, label, tokens in rows]
    found = [(label, tuple(read[0].tokens_of(row))) for row, label in enumerate(read[0].labels)]
    assert sorted(found) == sorted(whole), "every row keeps its own label and tokens"


def test_another_token_label_or_border_between_rows_is_another_digest():
    rows = make_rows([2, 3, 3])
    changed = [
        dataclasses.replace(rows, token_ids=rows.token_ids + 1),
        dataclasses.replace(rows, labels=rows.labels[::-1]),
        dataclasses.replace(rows, offsets=np.array([0, 3, 5, 8])),
    ]
    assert len({one.digest for one in (rows, *changed)}) == 4
    assert make_rows([2, 3, 3]).digest == rows.digest


def test_a_row_without_a_class_and_an_empty_split_are_errors(tmp_path: Path):
    with pytest.raises(ValueError, match="no transformed examples"):
        read_rows([str(tmp_path / "*.gz")], SPECIFICATION)
    write_examples(tmp_path / "a.gz", [0, -1])
    with pytest.raises(ValueError, match="a category that the taxonomy lacks"):
        read_rows([str(tmp_path / "a.gz")], SPECIFICATION)
