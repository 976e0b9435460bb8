"""What the Trainer runs on, by accelerator: worker pools of a Vertex AI custom job.

Sources: "Create custom jobs that use TPUs" (cloud.google.com/vertex-ai/docs/training/
training-with-tpu-vm) for v3 and v5e, and "Configure compute resources for custom training"
(.../configure-compute) for machine and accelerator types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MACHINES: Mapping[str, Mapping[str, Any]] = {
    "tpu-v3-8": {
        "machine_type": "cloud-tpu",
        "accelerator_type": "TPU_V3",
        "accelerator_count": 8,  # cores
    },
    # The machine type says how many chips; PJRT on a TPU VM, so the image brings its own libtpu.
    "tpu-v5e-4": {"machine_type": "ct5lp-hightpu-4t", "tpu_topology": "2x2"},
    "gpu": {
        "machine_type": "g2-standard-12",
        "accelerator_type": "NVIDIA_L4",
        "accelerator_count": 1,
    },
    "cpu": {"machine_type": "n2-standard-16"},
}

# Where the Dockerfile has its libtpu. A variable of these processes only, not of the image: on a
# machine without a TPU, importing TensorFlow would load it all the same.
LIBTPU = "/opt/newscat/lib/python3.10/site-packages/libtpu/libtpu.so"
_ENVIRONMENT: Mapping[str, Mapping[str, str]] = {
    "tpu-v3-8": {"TPU_LIBRARY_PATH": LIBTPU},
    "tpu-v5e-4": {
        "TPU_LIBRARY_PATH": LIBTPU,
        "NEXT_PLUGGABLE_DEVICE_USE_C_API": "true",
        "TF_PLUGGABLE_DEVICE_LIBRARY_PATH": LIBTPU,
    },
}


def worker_pool(accelerator: str, image: str) -> dict[str, Any]:
    """A WorkerPoolSpec of one machine; TFX puts its own command into the container."""
    container: dict[str, Any] = {"image_uri": image}
    if variables := _ENVIRONMENT.get(accelerator):
        container["env"] = [{"name": name, "value": value} for name, value in variables.items()]
    return {
        "machine_spec": dict(MACHINES[accelerator]),
        "replica_count": 1,
        "container_spec": container,
    }


def accelerator_of(machine: Mapping[str, Any]) -> str | None:
    """The accelerator whose machine this is, None where it is none of ours."""
    return next((name for name, spec in MACHINES.items() if dict(spec) == dict(machine)), None)
