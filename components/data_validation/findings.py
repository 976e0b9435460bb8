"""How the rules on the data put what they found into a finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from components.data_validation.settings import ValidationPolicy
from components.data_validation.verdict import DataFinding

ALL_ROWS = "all rows"
_SECTION = "validation"
_NAMED = 5


class Measured(NamedTuple):
    """A value, what it is measured against, its bound, and the field of the policy that has it."""

    policy_field: str
    value: float
    baseline: float | None
    bound: float


def make_finding(
    policy: ValidationPolicy,
    kind: str,
    rule: str,
    rows: str,
    passed: bool,
    sentence: str,
    measured: Measured | None = None,
) -> DataFinding:
    """One finding.

    Args:
        policy: of the run.
        kind: its field with the severity of the rule.
        rule: its name.
        rows: that it speaks of.
        passed: whether it holds.
        sentence: what was found, and what is allowed.
        measured: where that is a number.
    """
    fields = [measured.policy_field, kind] if measured else [kind]
    return DataFinding(
        rule=rule,
        rows=rows,
        value=measured and measured.value,
        baseline=measured and measured.baseline,
        bound=measured and measured.bound,
        severity=getattr(policy, kind),
        passed=passed,
        sentence=sentence,
        settings=[f"{_SECTION}.{name}" for name in fields],
    )


def some(texts: Sequence[str]) -> str:
    """The first of many."""
    shown = list(texts[:_NAMED])
    if len(texts) > len(shown):
        shown.append(f"and {len(texts) - len(shown)} more")
    return ", ".join(shown)
