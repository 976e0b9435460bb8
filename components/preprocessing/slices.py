"""Which rows belong to the slices that the gate measures beside the classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import apache_beam as beam
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft

from components.article.example import join_texts
from components.preprocessing import features

_TENTHS = 10
_DATE = r"^\d{4}-\d{2}-\d{2}"


def slice_features(
    text: tf.Tensor, descriptions: Sequence[tf.Tensor], date: tf.Tensor
) -> dict[str, tf.Tensor]:
    """Names the slices of every row.

    'long text' is the longest tenth of the rows that Transform analyses, in characters, and
    'newest rows' the newest tenth of those with a date; rows as long, or as new, as the bound
    belong to it.

    Args:
        text: string [batch], all that is read of a row.
        descriptions: string [batch] each, what is read of a row beside its first field.
        date: string [batch], 'YYYY-MM-DD' at its start; anything else is no date.

    Returns:
        String [batch] by the name of its feature: the slice's name, or ''.
    """
    length = tf.strings.length(text, unit="UTF8_CHAR")
    day, has_day = days(date)
    members = {
        features.DESCRIPTION_SLICE: tf.equal(join_texts([tf.zeros_like(text), *descriptions]), ""),
        features.LENGTH_SLICE: length >= _top_tenth(length),
        features.DATE_SLICE: tf.logical_and(
            has_day, day >= _top_tenth(tf.boolean_mask(day, has_day))
        ),
    }
    return {
        feature: tf.where(members[feature], name, "") for feature, name in features.SLICES.items()
    }


def days(date: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Dates as int32 [batch] YYYYMMDD, which sort like dates, or 0; and whether there is one."""
    has_day = tf.strings.regex_full_match(date, _DATE + ".*")
    digits = tf.strings.regex_replace(tf.strings.substr(date, 0, 10), "-", "")
    return tf.strings.to_number(tf.where(has_day, digits, "0"), tf.int32), has_day


def _top_tenth(values: tf.Tensor) -> tf.Tensor:
    """The value that begins the top tenth of all analysed int32 values.

    Counted: a sketch, as `tft.quantiles` makes, would move with the order of the rows.
    """
    (bound,) = tft.experimental.ptransform_analyzer(
        [values], beam.CombineGlobally(_TopTenth()), [tf.int32], [[]]
    )
    return bound


class _TopTenth(beam.CombineFn):
    """Rows by value, to the value that begins their top tenth; no row has it where there are none.

    There are some thousand lengths and days at most, however many rows.
    """

    def create_accumulator(self) -> Counter[int]:
        return Counter()

    def add_input(self, counts: Counter[int], batch: tuple[np.ndarray]) -> Counter[int]:
        counts.update(batch[0].tolist())
        return counts

    def merge_accumulators(self, accumulators: Iterable[Counter[int]]) -> Counter[int]:
        merged: Counter[int] = Counter()
        for counts in accumulators:
            merged.update(counts)
        return merged

    def extract_output(self, counts: Counter[int]) -> np.ndarray:
        top, rows, total = tf.int32.max, 0, counts.total()
        for value in sorted(counts, reverse=True):
            if rows * _TENTHS >= total:
                break
            top, rows = value, rows + counts[value]
        return np.array(top, np.int32)
