"""The TPUs that a plan can be made for: cores, memory, peak speed, and where the numbers are from.

The peak is that of matrix products in bfloat16. It holds for a model in float32 as well: TensorFlow
asks for XLA's default precision, with which a TPU multiplies float32 matrices in one pass of
bfloat16 products (JAX documentation, "Matmul precision"). What float32 costs is memory and
bandwidth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.errors import SettingsError

_TOPOLOGY = re.compile(r"^(?P<chip>v\w+):(?P<rows>\d+)x(?P<columns>\d+)$")


@dataclass(frozen=True)
class Chip:
    """One kind of TPU chip.

    Attributes:
        cores: replicas that a chip runs; each has a memory of its own.
        core_memory: HBM of a core, GiB.
        peak: FLOP/s of a chip.
        source: of these numbers.
    """

    cores: int
    core_memory: int
    peak: float
    source: str


CHIPS = {
    "v2": Chip(2, 8, 45e12, "Google Cloud documentation, TPU v2"),
    "v3": Chip(2, 16, 123e12, "Google Cloud documentation, TPU v3"),
    "v5e": Chip(1, 16, 197e12, "Google Cloud documentation, TPU v5e"),
}

# What `vertex.accelerator` names, as topologies of the compiler.
_ACCELERATORS = {"tpu-v3-8": "v3:2x2", "tpu-v5e-4": "v5e:2x2"}
_DEFAULT = "v5e:2x2"


@dataclass(frozen=True)
class Topology:
    """A described slice of a TPU pod, such as v5e:2x2."""

    name: str
    chip: Chip
    chips: int

    @property
    def replicas(self) -> int:
        """Cores, each of which computes its part of a batch."""
        return self.chips * self.chip.cores

    @property
    def peak(self) -> float:
        """FLOP/s of all chips."""
        return self.chips * self.chip.peak


def parse_topology(name: str) -> Topology:
    """Reads a topology such as `v3:2x2`, chips in rows and columns.

    Raises:
        SettingsError: it is none, or not of a chip in `CHIPS`.
    """
    match = _TOPOLOGY.match(name)
    sides = [int(match[side]) for side in ("rows", "columns")] if match else []
    # The compiler describes whole hosts, and those have 2 x 2 chips.
    if not match or match["chip"] not in CHIPS or any(side < 2 or side % 2 for side in sides):
        known = ", ".join(f"{chip}:2x2" for chip in CHIPS)
        raise SettingsError(
            f"--topology {name}: give chip and even sides, as in {known} or v5e:4x4"
        )
    return Topology(name, CHIPS[match["chip"]], sides[0] * sides[1])


def default_topology(accelerator: str | None) -> str:
    """The topology that `vertex.accelerator` implies; v5e:2x2 where that is no TPU or not set."""
    return _ACCELERATORS.get(accelerator or "", _DEFAULT)
