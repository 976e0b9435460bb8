"""How one check came out, before it is given its name."""

from __future__ import annotations

from typing import NamedTuple


class Outcome(NamedTuple):
    """The fields of `components.serving_check.findings.Finding`, without the name."""

    passed: bool
    expected: str
    seen: str
    value: float | None = None
    bound: float | None = None
