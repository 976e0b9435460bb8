"""Messages of the TPU compiler, captured as they came, become one line each."""

from __future__ import annotations

import pytest

from pipeline.plan.outcome import Outcome, explain_refusal, read_outcome

# roberta-base in float32, 128 rows of 256 tokens on a core of v5e:2x2; libtpu 0.0.42.1.
TEMPORARIES = (
    "RESOURCE_EXHAUSTED: Ran out of memory on HBM, the total memory required for HLO temporaries "
    "(20.64G) exceeds available HBM (15.75G)."
)
# Reported by users of other versions.
PROGRAM = """RESOURCE_EXHAUSTED: XLA:TPU compile permanent error. \
Ran out of memory in memory space hbm. Used 21.95G of 15.48G hbm.
 Exceeded hbm capacity by 6.47G.

Total hbm usage >= 22.47G:
    reserved        530.00M
    program          21.95G
    arguments            0B
"""


@pytest.mark.parametrize(
    ("message", "needed", "available"), [(TEMPORARIES, 20.64, 15.75), (PROGRAM, 21.95, 15.48)]
)
def test_out_of_memory_says_how_much_is_needed(message: str, needed: float, available: float):
    outcome = explain_refusal(message)
    assert (outcome.fits, outcome.flops) == ("no", None)
    assert outcome.peak == pytest.approx(needed)
    assert outcome.reason == f"out of memory: {needed:.2f} GiB of {available:.2f} GiB"


def test_sizes_have_units():
    outcome = explain_refusal(TEMPORARIES.replace("20.64G", "1.50T"))
    assert outcome.peak == pytest.approx(1_536)


def test_a_compiled_step_fits():
    outcome = read_outcome({"flops": 2.5e9, "peak_bytes": 3 * 2**29})
    assert outcome == Outcome("yes", peak=1.5, flops=2.5e9)
