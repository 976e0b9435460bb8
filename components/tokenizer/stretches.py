"""Joins stretches of a flat tensor: how ids are put in order, cut and framed.

Ragged tensors could do all of it, with three times the operations; a request of one text is
bound by their number.
"""

import tensorflow as tf


def join_stretches(values: tf.Tensor, starts: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
    """Concatenates `values[start : start + length]` of each pair.

    Args:
        values: any type [n].
        starts: int64 [stretches].
        lengths: int64 [stretches], 0 or more.

    Returns:
        The type of `values`, [sum of lengths].
    """
    places = tf.raw_ops.RaggedRange(
        starts=starts, limits=starts + lengths, deltas=tf.constant(1, tf.int64)
    )
    return tf.gather(values, places.rt_dense_values)
