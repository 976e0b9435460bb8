"""What is counted of every row while it is transformed, for the profile of the data."""

from __future__ import annotations

import tensorflow as tf

from components.preprocessing import features
from components.preprocessing.slices import days
from components.tokenizer.graph_tokenizer import WordCounts


def row_figures(
    text: tf.Tensor, counts: WordCounts, category: tf.Tensor, date: tf.Tensor
) -> dict[str, tf.Tensor]:
    """The figures of every row.

    Args:
        text: string [batch], all that is read of a row.
        counts: of its words.
        category: string [batch], as the data spells it.
        date: string [batch], see `slices.days`.

    Returns:
        Int64 [batch] by the name of its feature, and the category, string [batch].
    """
    day, _ = days(date)
    return {
        features.RAW_CATEGORY: category,
        features.DAY: tf.cast(day, tf.int64),
        features.CHARACTERS: tf.cast(tf.strings.length(text, unit="UTF8_CHAR"), tf.int64),
        features.SUB_WORDS: counts.sub_words,
        features.WORDS: counts.words,
        features.WHOLE_WORDS: counts.whole,
        # Of ASCII letters, at next to no cost; a script that has no case is all in one.
        features.ONE_CASE: tf.cast(
            tf.logical_or(
                tf.equal(text, tf.strings.lower(text)), tf.equal(text, tf.strings.upper(text))
            ),
            tf.int64,
        ),
    }
