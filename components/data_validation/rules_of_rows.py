"""The rules on the rows by themselves: anomalies, classes, lengths, dates, what can be learnt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from components.data_validation.anomalies import Anomaly
from components.data_validation.figures import rows_by_class
from components.data_validation.findings import ALL_ROWS, Measured, make_finding, some
from components.data_validation.profile import DataProfile
from components.data_validation.settings import ValidationPolicy
from components.data_validation.verdict import DataFinding
from components.printable import printable
from components.splits import TRAIN


def find_anomalies(found: Sequence[Anomaly], policy: ValidationPolicy) -> Iterator[DataFinding]:
    """What TFX's ExampleValidator says, an anomaly a rule."""
    for anomaly in found:
        kind = "new_features" if anomaly.is_new_feature else "anomalies"
        sentence = printable(f"{anomaly.split} rows, {anomaly.feature}: {anomaly.description}")
        yield make_finding(policy, kind, kind, anomaly.split, False, sentence.rstrip(". "))
    if not found:
        sentence = "ExampleValidator has nothing against the rows"
        yield make_finding(policy, "anomalies", "anomalies", ALL_ROWS, True, sentence)


def judge_classes(profile: DataProfile, policy: ValidationPolicy) -> Iterator[DataFinding]:
    """Classes with too few rows to learn from."""
    train = profile.splits.get(TRAIN)
    if train is None:
        return
    rows, least = rows_by_class(profile.class_of, train), policy.min_class_rows
    name, fewest = min(rows.items(), key=lambda each: (each[1], each[0]))
    small = {name: count for name, count in sorted(rows.items()) if count < least}
    said = some([f"{name} has {count}" for name, count in (small or {name: fewest}).items()])
    yield make_finding(
        policy,
        "small_classes",
        "rows_of_class",
        f"{TRAIN} rows",
        not small,
        f"rows of a class to learn from: {said}; at least {least} are needed",
        Measured("min_class_rows", fewest, None, least),
    )


def judge_lengths(profile: DataProfile, policy: ValidationPolicy) -> Iterator[DataFinding]:
    """The shortest and the longest text."""
    lengths, policy = profile.all.characters, policy
    least, most = policy.min_characters, policy.max_characters
    yield make_finding(
        policy,
        "text_bounds",
        "shortest_text",
        ALL_ROWS,
        lengths.shortest >= least,
        f"the shortest text has {lengths.shortest:,} characters; at least {least:,} are needed",
        Measured("min_characters", lengths.shortest, None, least),
    )
    yield make_finding(
        policy,
        "text_bounds",
        "longest_text",
        ALL_ROWS,
        lengths.longest <= most,
        f"the longest text has {lengths.longest:,} characters; at most {most:,} are allowed",
        Measured("max_characters", lengths.longest, None, most),
    )


def judge_dates(
    profile: DataProfile, policy: ValidationPolicy, today: date
) -> Iterator[DataFinding]:
    """Rows from the future or too old, as a share by months, and any of them by days."""
    rows, earliest = profile.all, policy.earliest_month
    this_month, bound = f"{today:%Y-%m}", policy.max_misdated_share
    span = f"dates go from {rows.first_day} to {rows.last_day}" if rows.months else "no dates"
    in_future = sum(count for month, count in rows.months.items() if month > this_month)
    too_old = sum(count for month, count in rows.months.items() if month < earliest)
    for rule, words, count in (
        ("future_dates", f"after {this_month}", in_future),
        ("early_dates", f"before {earliest}", too_old),
    ):
        share = count / rows.rows
        yield make_finding(
            policy,
            "dates",
            rule,
            ALL_ROWS,
            share <= bound,
            f"share of rows with a date {words}: {share:.3g} ({span}); at most {bound:.3g} is "
            "allowed",
            Measured("max_misdated_share", share, None, bound),
        )
    holds = rows.last_day <= f"{today}" and (not rows.first_day or rows.first_day >= earliest)
    sentence = f"{span}; {earliest} to {today} is allowed"
    yield make_finding(policy, "misdated", "misdated", ALL_ROWS, holds, sentence)


def judge_probe(profile: DataProfile, policy: ValidationPolicy) -> Iterator[DataFinding]:
    """Whether a cheap classifier learns more than which class is the most frequent."""
    probe, least = profile.probe, policy.min_probe_gain
    if probe is None or probe.majority == 1:
        return
    rows, top_1 = probe.top_1[-1]
    yield make_finding(
        policy,
        "learnable",
        "probe_gain",
        ALL_ROWS,
        top_1 - probe.majority >= least,
        f"a cheap classifier that has learnt from {rows:,} rows gets {top_1:.3f} of the eval "
        f"rows right, and the most frequent class is {probe.majority:.3f} of them; a gain of "
        f"at least {least:.3g} is needed",
        Measured("min_probe_gain", top_1, probe.majority, least),
    )
