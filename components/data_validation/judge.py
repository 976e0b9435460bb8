"""Applies the rules on the data: to the rows by themselves, and to how they changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from components.data_validation.anomalies import Anomaly
from components.data_validation.figures import (
    FIGURES,
    Basis,
    Figure,
    proved_change,
    rows_by_class,
)
from components.data_validation.profile import DataProfile, Probe, RowFigures
from components.data_validation.settings import ValidationPolicy
from components.data_validation.verdict import IGNORE, DataFinding
from components.splits import TRAIN

SECTION = "validation"
ALL_ROWS = "all rows"
_BASELINE = "the data of the blessed model"
_NAMED = 5
_FEWEST_EXPECTED = 10  # rows: that there is none of them by chance has odds of 1 to 22,000


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
    judgement = _Judgement(profile, policy)
    findings = [
        *judgement.anomalies(list(anomalies)),
        *judgement.small_classes(),
        *judgement.text_bounds(),
        *judgement.dates(today),
        *judgement.learnable(),
        *(judgement.against(baseline) if baseline else ()),
        *judgement.splits(),
    ]
    return [finding for finding in findings if finding.severity != IGNORE]


def not_compared(profile: DataProfile, baseline: DataProfile) -> list[str]:
    """Why figures of the two cannot be compared; empty where all can."""
    missing = [basis for basis in Basis if not basis.is_shared(profile, baseline)]
    return [
        f"the blessed model has {basis.value}, so there is no comparison of "
        + ", ".join(figure.rule for figure in FIGURES if figure.basis is basis)
        for basis in missing
    ]


class Measured(NamedTuple):
    """A value, what it is measured against, its bound, and the field of the policy that has it."""

    policy_field: str
    value: float
    baseline: float | None
    bound: float


class _Judgement:
    """The rules, kind by kind."""

    def __init__(self, profile: DataProfile, policy: ValidationPolicy):
        self._profile, self._policy = profile, policy

    def anomalies(self, found: Sequence[Anomaly]) -> Iterator[DataFinding]:
        """What TFX's ExampleValidator says, an anomaly a rule."""
        for anomaly in found:
            kind = "new_features" if anomaly.is_new_feature else "anomalies"
            sentence = f"{anomaly.split} rows, {anomaly.feature}: {anomaly.description}"
            yield self._finding(kind, kind, anomaly.split, False, sentence.rstrip(". "))
        if not found:
            sentence = "ExampleValidator has nothing against the rows"
            yield self._finding("anomalies", "anomalies", ALL_ROWS, True, sentence)

    def small_classes(self) -> Iterator[DataFinding]:
        """Classes with too few rows to learn from."""
        train = self._profile.splits.get(TRAIN)
        if train is None:
            return
        rows, least = rows_by_class(self._profile.class_of, train), self._policy.min_class_rows
        name, fewest = min(rows.items(), key=lambda each: (each[1], each[0]))
        small = {name: count for name, count in sorted(rows.items()) if count < least}
        said = _some([f"{name} has {count}" for name, count in (small or {name: fewest}).items()])
        yield self._finding(
            "small_classes",
            "rows_of_class",
            f"{TRAIN} rows",
            not small,
            f"rows of a class to learn from: {said}; at least {least} are needed",
            Measured("min_class_rows", fewest, None, least),
        )

    def text_bounds(self) -> Iterator[DataFinding]:
        """The shortest and the longest text."""
        lengths, policy = self._profile.all.characters, self._policy
        least, most = policy.min_characters, policy.max_characters
        yield self._finding(
            "text_bounds",
            "shortest_text",
            ALL_ROWS,
            lengths.shortest >= least,
            f"the shortest text has {lengths.shortest:,} characters; at least {least:,} are needed",
            Measured("min_characters", lengths.shortest, None, least),
        )
        yield self._finding(
            "text_bounds",
            "longest_text",
            ALL_ROWS,
            lengths.longest <= most,
            f"the longest text has {lengths.longest:,} characters; at most {most:,} are allowed",
            Measured("max_characters", lengths.longest, None, most),
        )

    def dates(self, today: date) -> Iterator[DataFinding]:
        """Rows from the future or too old, as a share by months, and any of them by days."""
        rows, earliest = self._profile.all, self._policy.earliest_month
        this_month, bound = f"{today:%Y-%m}", self._policy.max_misdated_share
        span = f"dates go from {rows.first_day} to {rows.last_day}" if rows.months else "no dates"
        in_future = sum(count for month, count in rows.months.items() if month > this_month)
        too_old = sum(count for month, count in rows.months.items() if month < earliest)
        for rule, words, count in (
            ("future_dates", f"after {this_month}", in_future),
            ("early_dates", f"before {earliest}", too_old),
        ):
            share = count / rows.rows
            yield self._finding(
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
        yield self._finding("misdated", "misdated", ALL_ROWS, holds, sentence)

    def learnable(self) -> Iterator[DataFinding]:
        """Whether a cheap classifier learns more than which class is the most frequent."""
        probe, least = self._profile.probe, self._policy.min_probe_gain
        if probe is None or probe.majority == 1:
            return
        rows, top_1 = probe.top_1[-1]
        yield self._finding(
            "learnable",
            "probe_gain",
            ALL_ROWS,
            top_1 - probe.majority >= least,
            f"a cheap classifier that has learnt from {rows:,} rows gets {top_1:.3f} of the eval "
            f"rows right, and the most frequent class is {probe.majority:.3f} of them; a gain of "
            f"at least {least:.3g} is needed",
            Measured("min_probe_gain", top_1, probe.majority, least),
        )

    def against(self, baseline: DataProfile) -> Iterator[DataFinding]:
        """What has changed since the rows of the blessed model."""
        shared = [basis for basis in Basis if basis.is_shared(self._profile, baseline)]
        for figure in FIGURES:
            if figure.basis in shared:
                now, before = self._profile.all, baseline.all
                yield self._compare(figure, "drift", ALL_ROWS, now, before, _BASELINE)
        if Basis.LABELS in shared:
            yield self._kept_categories(baseline.all)
        if Basis.LABELS in shared and Basis.WORDS in shared:
            yield from self._probe_drop(baseline.probe)

    def splits(self) -> Iterator[DataFinding]:
        """The splits against the rows to learn from, and the newest rows against all."""
        splits, everything = self._profile.splits, self._profile.all
        train, newest = splits.get(TRAIN), self._profile.newest
        for figure in FIGURES:
            for split, rows in splits.items():
                if train and split != TRAIN:
                    name = f"{split} rows"
                    yield self._compare(figure, "skew", name, rows, train, f"{TRAIN} rows")
            if newest and figure.basis is not Basis.NOTHING:
                yield self._compare(figure, "newest", "newest rows", newest, everything, ALL_ROWS)

    def _compare(
        self, figure: Figure, kind: str, name: str, rows: RowFigures, before: RowFigures, than: str
    ) -> DataFinding:
        """The change of a figure from the rows `than` to the rows `name`."""
        change = figure.compare(self._profile.class_of, rows, before)
        bound = getattr(self._policy, figure.policy_field)
        return self._finding(
            kind,
            figure.rule,
            name,
            change.size <= bound,
            f"{figure.words.format(of=change.of)}: {change.before:.{figure.decimals}f} in {than}, "
            f"{change.now:.{figure.decimals}f} in {name}; {figure.allowed.format(bound=bound)}",
            Measured(figure.policy_field, change.now, change.before, bound),
        )

    def _kept_categories(self, before: RowFigures) -> DataFinding:
        """Categories that are gone or nearly so, of those that can be expected among the rows."""
        now, least = self._profile.all, self._policy.min_category_kept
        shares = {name: count / before.rows for name, count in before.categories.items()}
        shares_now = {name: count / now.rows for name, count in now.categories.items()}
        kept = {
            name: shares_now[name] / share
            for name, share in shares.items()
            if name in self._profile.class_of and share * now.rows >= _FEWEST_EXPECTED
        }
        gone = [
            f"{name} went from {shares[name]:.2%} of the rows to {shares_now[name]:.2%}"
            for name, part in kept.items()
            if part < least
        ]
        return self._finding(
            "drift",
            "category_kept",
            ALL_ROWS,
            not gone,
            f"categories since {_BASELINE}: {_some(gone) or 'none is gone'}; at least {least:.3g} "
            "of a category's share must be left",
            Measured("min_category_kept", min(kept.values(), default=1.0), 1.0, least),
        )

    def _probe_drop(self, before: Probe | None) -> Iterator[DataFinding]:
        """What a cheap classifier has right, after it has learnt from as many rows of both."""
        now, bound = self._profile.probe, self._policy.max_probe_drop
        if now is None or before is None:
            return
        shares, shares_before = dict(now.top_1), dict(before.top_1)
        rows = max(shares.keys() & shares_before.keys())
        right, right_before = shares[rows] * now.judged, shares_before[rows] * before.judged
        change = proved_change(right, now.judged, right_before, before.judged)
        yield self._finding(
            "probe",
            "probe_drop",
            ALL_ROWS,
            change.now >= change.before or change.size <= bound,
            f"eval rows that a cheap classifier has right after {rows:,} rows: "
            f"{change.before:.3f} in {_BASELINE}, {change.now:.3f} now; a proved fall of at most "
            f"{bound:.3g} is allowed",
            Measured("max_probe_drop", change.now, change.before, bound),
        )

    def _finding(
        self,
        kind: str,
        rule: str,
        rows: str,
        passed: bool,
        sentence: str,
        measured: Measured | None = None,
    ) -> DataFinding:
        """One finding; `kind` is the field of the policy with its severity."""
        fields = [measured.policy_field, kind] if measured else [kind]
        return DataFinding(
            rule=rule,
            rows=rows,
            value=measured and measured.value,
            baseline=measured and measured.baseline,
            bound=measured and measured.bound,
            severity=getattr(self._policy, kind),
            passed=passed,
            sentence=sentence,
            settings=[f"{SECTION}.{name}" for name in fields],
        )


def _some(texts: Sequence[str]) -> str:
    """The first of many."""
    shown = list(texts[:_NAMED])
    if len(texts) > len(shown):
        shown.append(f"and {len(texts) - len(shown)} more")
    return ", ".join(shown)
