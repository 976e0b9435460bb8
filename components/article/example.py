"""An article as a tf.Example, and the joined text of many as a tensor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tensorflow as tf

from components.article.fields import PARTITION_KEY
from components.article.row import Article


def article_to_example(article: Article, identity: str) -> tf.train.Example:
    """The raw features of an article.

    Args:
        article: its texts.
        identity: see `identity_hash`.
    """
    values = {**article, PARTITION_KEY: identity}
    return texts_to_example({name: text.encode() for name, text in values.items()})


class ArticleSerialiser:
    """Makes serialised `article_to_example`s, filling one message again and again: half the time.

    Args:
        fields: that all articles have.
    """

    def __init__(self, fields: Sequence[str]):
        self._example = article_to_example(dict.fromkeys(fields, ""), "")
        feature = self._example.features.feature
        self._values = {name: feature[name].bytes_list.value for name in feature}

    def __call__(self, article: Article, identity: str) -> bytes:
        for name, value in self._values.items():
            value[0] = (identity if name == PARTITION_KEY else article[name]).encode()
        # The same bytes in every process: the gate knows rows by them.
        return self._example.SerializeToString(deterministic=True)


def texts_to_example(values: Mapping[str, bytes]) -> tf.train.Example:
    """Every field as one bytes value.

    TFX's own `dict_to_example` leaves empty strings out, which would turn an empty
    description into a missing one; here it stays an empty string.
    """
    example = tf.train.Example()
    feature = example.features.feature
    for name, value in values.items():  # in place: half the time of handing messages over
        feature[name].bytes_list.value.append(value)
    return example


def join_texts(texts: Sequence[tf.Tensor]) -> tf.Tensor:
    """`joined_text` of many articles, in the graph.

    Args:
        texts: string [batch] for each text field, in their order.

    Returns:
        String [batch].
    """
    joined, *others = texts
    for text in others:
        one_is_empty = tf.logical_or(tf.equal(joined, ""), tf.equal(text, ""))
        joined = tf.strings.join([joined, tf.where(one_is_empty, "", " "), text])
    return joined
