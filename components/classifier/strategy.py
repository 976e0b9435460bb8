"""The distribution strategy that the hardware calls for."""

from __future__ import annotations

import logging

import tensorflow as tf

from components.errors import SettingsError

_logger = logging.getLogger(__name__)


def pick_strategy(kind: str = "auto") -> tf.distribute.Strategy:
    """Picks a strategy, and initialises the TPU where it is one.

    Args:
        kind: 'auto' takes a TPU, then several GPUs, then one device; 'tpu', 'mirrored' and
            'default' insist.

    Raises:
        SettingsError: a TPU was asked for and none answers.
    """
    if kind in ("auto", "tpu"):
        strategy = _connect_tpu(required=kind == "tpu")
        if strategy is not None:
            return strategy
    gpus = tf.config.list_logical_devices("GPU")
    if kind == "mirrored" or (kind == "auto" and len(gpus) > 1):
        devices = [device.name for device in gpus or tf.config.list_logical_devices("CPU")]
        return tf.distribute.MirroredStrategy(devices)
    return tf.distribute.get_strategy()


def _connect_tpu(required: bool) -> tf.distribute.Strategy | None:
    """The TPU of this machine, as on a TPU VM or a Vertex TPU worker, or None."""
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu="local")
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
        return tf.distribute.TPUStrategy(resolver)
    except (ValueError, tf.errors.OpError) as error:
        if required:
            devices = ", ".join(device.name for device in tf.config.list_physical_devices())
            raise SettingsError(
                f"trainer.strategy: tpu was asked for, and no local TPU answers ({error}); found: "
                f"{devices}. Use a machine with a TPU and a TPU build of TensorFlow, or "
                "--set trainer.strategy=auto"
            ) from error
        _logger.info("No TPU: %s", error)
        return None
