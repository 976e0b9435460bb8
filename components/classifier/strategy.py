"""The distribution strategy, the precision and the compiler that the hardware calls for."""

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


def pick_precision(strategy: tf.distribute.Strategy, wanted: str = "auto") -> str:
    """Picks the Keras policy of the model: weights are always kept in float32.

    On a CPU bfloat16 is emulated, and three times as slow as float32.

    Args:
        strategy: where the model will run.
        wanted: `Recipe.precision`.

    Returns:
        'mixed_bfloat16' or 'float32'.
    """
    if wanted == "auto":
        wanted = "bfloat16" if _is_tpu(strategy) or _gpus_have_bfloat16() else "float32"
    return "mixed_bfloat16" if wanted == "bfloat16" else "float32"


def pick_xla(strategy: tf.distribute.Strategy, wanted: str = "auto") -> bool:
    """Whether the step's arithmetic is to be compiled with XLA.

    On a CPU that makes a step 1.1 to 1.4 times as slow; a TPU's program is compiled as a whole.

    Args:
        strategy: where the step will run.
        wanted: `Recipe.xla`.
    """
    if _is_tpu(strategy):
        return False
    return wanted == "on" or (wanted == "auto" and bool(tf.config.list_physical_devices("GPU")))


def _is_tpu(strategy: tf.distribute.Strategy) -> bool:
    return isinstance(strategy, tf.distribute.TPUStrategy)


def _gpus_have_bfloat16() -> bool:
    """Whether all GPUs compute in bfloat16: NVIDIA's from Ampere, compute capability 8.0, on."""
    details = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
    capabilities = [detail.get("compute_capability", (0, 0)) for detail in details]
    return bool(capabilities) and min(capabilities) >= (8, 0)


def _connect_tpu(required: bool) -> tf.distribute.Strategy | None:
    """The TPU of this machine, as on a TPU VM or a Vertex TPU worker, or None."""
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu="local")
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
        return tf.distribute.TPUStrategy(resolver)
    except (ValueError, tf.errors.OpError) as error:
        _logger.info("No TPU: %s", error)
        if required:
            devices = ", ".join(device.name for device in tf.config.list_physical_devices())
            raise SettingsError(
                f"trainer.strategy: tpu was asked for, and no local TPU answers; found: {devices}. "
                "Use a machine with a TPU and a TPU build of TensorFlow, or "
                "--set trainer.strategy=auto"
            ) from error
        return None
