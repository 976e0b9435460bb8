"""Applies all rules on the data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from components.data_validation import rules_of_change, rules_of_rows
from components.data_validation.anomalies import Anomaly
from components.data_validation.figures import FIGURES, Basis
from components.data_validation.profile import DataProfile
from components.data_validation.settings import ValidationPolicy
from components.data_validation.verdict import IGNORE, DataFinding

_OTHER_RULES = (
    (rules_of_change.CATEGORY_KEPT, Basis.LABELS),
    (rules_of_change.PROBE_DROP, Basis.LABELS),
    (rules_of_change.PROBE_DROP, Basis.WORDS),
)
"""Rules on changes that compare no figure of the table, and what they rest on."""


def judge(
    profile: DataProfile,
    baseline: DataProfile | None,
    anomalies: Iterable[Anomaly],
    policy: ValidationPolicy,
    today: date,
) -> list[DataFinding]:
    """Every rule that applies.

    Args:
        profile: of the rows.
        baseline: of the rows that the blessed model was trained on, where there are.
        anomalies: that ExampleValidator found in the rows.
        policy: bounds and severities.
        today: after which a date is in the future.
    """
    findings = [
        *rules_of_rows.find_anomalies(list(anomalies), policy),
        *rules_of_rows.judge_classes(profile, policy),
        *rules_of_rows.judge_lengths(profile, policy),
        *rules_of_rows.judge_dates(profile, policy, today),
        *rules_of_rows.judge_probe(profile, policy),
        *(rules_of_change.judge_drift(profile, policy, baseline) if baseline else ()),
        *rules_of_change.judge_splits(profile, policy),
    ]
    return [finding for finding in findings if finding.severity != IGNORE]


def not_compared(profile: DataProfile, baseline: DataProfile) -> list[str]:
    """Why figures of the two cannot be compared; empty where all can."""
    rules = [*((figure.rule, figure.basis) for figure in FIGURES), *_OTHER_RULES]
    return [
        f"the blessed model has {basis.value}, so there is no comparison of "
        + ", ".join(rule for rule, needed in rules if needed is basis)
        for basis in Basis
        if not basis.is_shared(profile, baseline)
    ]
