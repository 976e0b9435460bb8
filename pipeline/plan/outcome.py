"""What became of compiling a step: its memory and FLOPs, or one line on why it cannot run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

_GIB = 2**30
_UNITS = {"K": 2.0**-20, "M": 2.0**-10, "G": 1.0, "T": 2.0**10}
_SIZE = r"([\d.]+)([KMGT])"
# Which wording it is depends on the phase of the compiler that finds out.
_OUT_OF_MEMORY = (
    re.compile(rf"total memory required for .*?\({_SIZE}\) exceeds available HBM \({_SIZE}\)"),
    re.compile(rf"[Rr]an out of memory in memory space hbm.*?Used {_SIZE} of {_SIZE} hbm", re.S),
)


@dataclass(frozen=True)
class Outcome:
    """One step on one replica.

    Attributes:
        fits: 'yes', 'no', or 'error' where it cannot be compiled for another reason.
        peak: GiB it takes at most; None where that is not known.
        flops: floating-point operations; None where it does not compile.
        reason: why it does not fit or compile.
    """

    fits: Literal["yes", "no", "error"]
    peak: float | None = None
    flops: float | None = None
    reason: str = ""


def read_outcome(result: Mapping[str, Any]) -> Outcome:
    """From what `compile_for_tpu.py` wrote."""
    if "error" in result:
        return explain_refusal(result["error"])
    return Outcome("yes", peak=result["peak_bytes"] / _GIB, flops=result["flops"])


def explain_refusal(message: str) -> Outcome:
    """The outcome that a message of the TPU compiler stands for."""
    for pattern in _OUT_OF_MEMORY:
        if match := pattern.search(message):
            needed, available = _gib(*match.group(1, 2)), _gib(*match.group(3, 4))
            reason = f"out of memory: {needed:.2f} GiB of {available:.2f} GiB"
            return Outcome("no", peak=needed, reason=reason)
    return Outcome("error", reason=message.strip().partition("\n")[0])


def _gib(number: str, unit: str) -> float:
    return float(number) * _UNITS[unit]
