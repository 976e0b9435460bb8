"""The rules on changes: since the rows of the blessed model, between splits, of the newest rows."""

from __future__ import annotations

from collections.abc import Iterator

from components.data_validation.figures import FIGURES, Basis, Figure, proved_change
from components.data_validation.findings import ALL_ROWS, Measured, make_finding, some
from components.data_validation.profile import DataProfile, Probe, RowFigures
from components.data_validation.settings import ValidationPolicy
from components.data_validation.verdict import DataFinding
from components.splits import TRAIN

CATEGORY_KEPT, PROBE_DROP = "category_kept", "probe_drop"
_BASELINE = "the data of the blessed model"
_FEWEST_EXPECTED = 10  # rows: that there is none of them by chance has odds of 1 to 22,000


def judge_drift(
    profile: DataProfile, policy: ValidationPolicy, baseline: DataProfile
) -> Iterator[DataFinding]:
    """What has changed since the rows of the blessed model."""
    shared = [basis for basis in Basis if basis.is_shared(profile, baseline)]
    for figure in FIGURES:
        if figure.basis in shared:
            now, before = profile.all, baseline.all
            yield _compare(profile, policy, figure, "drift", ALL_ROWS, now, before, _BASELINE)
    if Basis.LABELS in shared:
        yield _kept_categories(profile, policy, baseline.all)
    if Basis.LABELS in shared and Basis.WORDS in shared:
        yield from _probe_drop(profile, policy, baseline.probe)


def judge_splits(profile: DataProfile, policy: ValidationPolicy) -> Iterator[DataFinding]:
    """The splits against the rows to learn from, and the newest rows against all."""
    splits, everything = profile.splits, profile.all
    train, newest = splits.get(TRAIN), profile.newest
    for figure in FIGURES:
        for split, rows in splits.items():
            if train and split != TRAIN:
                name = f"{split} rows"
                yield _compare(profile, policy, figure, "skew", name, rows, train, f"{TRAIN} rows")
        if newest and figure.basis is not Basis.NOTHING:
            yield _compare(
                profile, policy, figure, "newest", "newest rows", newest, everything, ALL_ROWS
            )


def _compare(
    profile: DataProfile,
    policy: ValidationPolicy,
    figure: Figure,
    kind: str,
    name: str,
    rows: RowFigures,
    before: RowFigures,
    than: str,
) -> DataFinding:
    """The change of a figure from the rows `than` to the rows `name`."""
    change = figure.compare(profile.class_of, rows, before)
    bound = getattr(policy, figure.policy_field)
    return make_finding(
        policy,
        kind,
        figure.rule,
        name,
        change.size <= bound,
        f"{figure.words.format(of=change.of)}: {change.before:.{figure.decimals}f} in {than}, "
        f"{change.now:.{figure.decimals}f} in {name}; {figure.allowed.format(bound=bound)}",
        Measured(figure.policy_field, change.now, change.before, bound),
    )


def _kept_categories(
    profile: DataProfile, policy: ValidationPolicy, before: RowFigures
) -> DataFinding:
    """Categories that are gone or nearly so, of those that can be expected among the rows."""
    now, least = profile.all, policy.min_category_kept
    shares = {name: count / before.rows for name, count in before.categories.items()}
    shares_now = {name: count / now.rows for name, count in now.categories.items()}
    kept = {
        name: shares_now[name] / share
        for name, share in shares.items()
        if name in profile.class_of and share * now.rows >= _FEWEST_EXPECTED
    }
    gone = [
        f"{name} went from {shares[name]:.2%} of the rows to {shares_now[name]:.2%}"
        for name, part in kept.items()
        if part < least
    ]
    return make_finding(
        policy,
        "drift",
        CATEGORY_KEPT,
        ALL_ROWS,
        not gone,
        f"categories since {_BASELINE}: {some(gone) or 'none is gone'}; at least {least:.3g} "
        "of a category's share must be left",
        Measured("min_category_kept", min(kept.values(), default=1.0), 1.0, least),
    )


def _probe_drop(
    profile: DataProfile, policy: ValidationPolicy, before: Probe | None
) -> Iterator[DataFinding]:
    """What a cheap classifier has right, after it has learnt from as many rows of both."""
    now, bound = profile.probe, policy.max_probe_drop
    if now is None or before is None:
        return
    shares, shares_before = dict(now.top_1), dict(before.top_1)
    rows = max(shares.keys() & shares_before.keys())
    right, right_before = shares[rows] * now.judged, shares_before[rows] * before.judged
    change = proved_change(right, now.judged, right_before, before.judged)
    yield make_finding(
        policy,
        "probe",
        PROBE_DROP,
        ALL_ROWS,
        change.now >= change.before or change.size <= bound,
        f"eval rows that a cheap classifier has right after {rows:,} rows: "
        f"{change.before:.3f} in {_BASELINE}, {change.now:.3f} now; a proved fall of at most "
        f"{bound:.3g} is allowed",
        Measured("max_probe_drop", change.now, change.before, bound),
    )
