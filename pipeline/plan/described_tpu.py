"""A distribution strategy for TPU cores that are described and not there: to lower, not to run.

It does in a replica's program what TPUStrategy does, and nothing outside of it. Sums over the
replicas are XLA's all-reduce, for which sparse gradients are made dense.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from itertools import count
from typing import Any

import tensorflow as tf
from tensorflow.python.distribute import distribute_lib


class DescribedTpu(tf.distribute.Strategy):
    """A strategy of `replicas` that computes the program of one of them."""

    def __init__(self, replicas: int):
        super().__init__(_DescribedTpuExtended(self, replicas))


class _DescribedTpuExtended(distribute_lib._DefaultDistributionExtended):
    """The default strategy, which leaves variables and datasets alone, with several replicas."""

    def __init__(self, strategy: DescribedTpu, replicas: int):
        super().__init__(strategy)
        self._replicas = replicas
        self._numbers = count(1)

    @property
    def _num_replicas_in_sync(self) -> int:
        return self._replicas

    def _scope(self, strategy: DescribedTpu) -> AbstractContextManager[DescribedTpu]:
        return nullcontext(strategy)

    def _reduce_to(
        self, reduce_op: tf.distribute.ReduceOp, value: Any, destinations: Any, options: Any
    ) -> tf.Tensor:
        if reduce_op != tf.distribute.ReduceOp.SUM:
            raise ValueError(f"{reduce_op} over described replicas: only sums are lowered")
        # TPUStrategy's own CrossReplicaSum, which only TPU builds of TensorFlow can lower, becomes
        # the same all-reduce.
        return tf.raw_ops.CollectiveReduceV2(
            input=tf.convert_to_tensor(value),
            group_size=self._replicas,
            group_key=1,
            instance_key=next(self._numbers),
            ordering_token=[],
            merge_op="Add",
            final_op="Id",
        )
