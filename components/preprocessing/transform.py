"""The Transform graph: raw strings to token ids, class name and label."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from components import progress
from components.article.example import join_texts
from components.article.fields import CATEGORY, DATE, PARTITION_KEY
from components.preprocessing import features
from components.preprocessing.row_figures import row_figures
from components.preprocessing.slices import slice_features
from components.preprocessing.taxonomy import Taxonomy
from components.tokenizer import compile_tokenizer

UNKNOWN_LABEL = -1


def preprocessing_fn(
    inputs: Mapping[str, tf.Tensor], custom_config: Mapping[str, Any]
) -> dict[str, tf.Tensor | tf.RaggedTensor]:
    """TFX's entry point.

    Args:
        inputs: raw features; strings of shape [batch, 1].
        custom_config: `text_fields` (those that are read, in their order), `taxonomy`
            (`Taxonomy.to_config`), `tokenizer` (folder with the tokenizer's files) and
            `max_length` (tokens kept, specials included).

    Returns:
        `token_ids`, ragged int64 [batch, (tokens)], specials included and not padded;
        `class_name`, string [batch], '' for a category that the taxonomy lacks;
        `label`, int64 [batch], the class id, or -1;
        `row_key`, int64 [batch], a hash of the article's identity;
        the figures of `row_figures`;
        the features of `features.SLICES`, string [batch].
    """
    column = {name: tf.reshape(value, [-1]) for name, value in inputs.items()}
    tokenizer = tft.make_and_track_object(
        lambda: compile_tokenizer(custom_config["tokenizer"], int(custom_config["max_length"])),
        name="tokenizer",
    )
    if tokenizer.parity:
        progress.tell(
            f"tokenizer equals tokenizers {tokenizer.parity.tokenizers_version} on "
            f"{tokenizer.parity.texts:,} texts"
        )
    texts = [column[name] for name in custom_config["text_fields"]]
    text = join_texts(texts)
    taxonomy = Taxonomy.from_config(custom_config["taxonomy"])
    class_name = _merge_categories(column[CATEGORY], taxonomy)
    token_ids, counts = tokenizer.with_word_counts(text)
    return {
        features.TOKEN_IDS: tf.cast(token_ids, tf.int64),
        features.CLASS_NAME: class_name,
        features.LABEL: _look_up_class_ids(class_name, taxonomy),
        features.ROW_KEY: tf.strings.to_hash_bucket_fast(column[PARTITION_KEY], tf.int64.max),
        **slice_features(text, texts[1:], column[DATE]),
        **row_figures(text, counts, column[CATEGORY], column[DATE]),
    }


def _merge_categories(category: tf.Tensor, taxonomy: Taxonomy) -> tf.Tensor:
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(
            list(taxonomy.class_of), list(taxonomy.class_of.values()), tf.string, tf.string
        ),
        default_value="",
    )
    return table.lookup(category)


def _look_up_class_ids(class_name: tf.Tensor, taxonomy: Taxonomy) -> tf.Tensor:
    """Ids from a vocabulary file that travels with the graph, so a served model can name classes.

    TFT's own vocabularies are in order of frequency, which would move class ids between runs;
    this file is written from the taxonomy, and SavedModel takes a copy of it as an asset.
    """
    vocabulary = os.path.join(tempfile.mkdtemp(), features.CLASS_NAMES_ASSET)
    with open(vocabulary, "w", encoding="utf-8") as file:
        file.write("".join(f"{name}\n" for name in taxonomy.class_names))
    table = tf.lookup.StaticHashTable(
        tf.lookup.TextFileInitializer(
            vocabulary,
            key_dtype=tf.string,
            key_index=tf.lookup.TextFileIndex.WHOLE_LINE,
            value_dtype=tf.int64,
            value_index=tf.lookup.TextFileIndex.LINE_NUMBER,
        ),
        default_value=UNKNOWN_LABEL,
    )
    return table.lookup(class_name)
