"""What the gate decided and why; kept with the Evaluation, and read back without TFMA."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from components.evaluation.rules import Rule, Side, find_rule
from components.files import read_document, write_document
from components.preprocessing import features

OVERALL = features.OVERALL
_FILE, _FORMAT = "verdict.json", 2
_SHOWN_FAILURES = 3


@dataclass(frozen=True)
class RuleResult:
    """One rule of the gate, applied.

    Attributes:
        metric: name of the metric, see `components.evaluation.metric_names`.
        slice: 'overall' or a class name.
        kind: 'least' or 'most', the side of the bound to stay on.
        value: the candidate's metric.
        bound: last value that passes.
        baseline: the baseline's value of the metric that the rule is about, or None.
        passed: whether the rule holds.
    """

    metric: str
    slice: str
    kind: str
    value: float
    bound: float
    baseline: float | None
    passed: bool

    @property
    def rule(self) -> Rule:
        """The rule that was applied."""
        return find_rule(self.metric, self.kind)

    def __str__(self) -> str:
        rule = self.rule
        text = rule.measured.format(metric=self.metric, value=self.value)
        text += f", at {self.kind} {self.bound:.4g} " + ("asked" if self.passed else "is needed")
        if self.baseline is not None:
            text += f" (baseline {rule.baseline_metric} {self.baseline:.4f})"
        return text if self.slice == OVERALL else f"{self.slice}: {text}"


@dataclass(frozen=True)
class CalibrationBin:
    """Rows whose likeliest class has a probability from `low` up to `high`.

    Attributes:
        low: least probability.
        high: where the next bin starts.
        rows: how many.
        mean_confidence: mean probability; 0 without rows.
        accuracy: share of rows that are right; 0 without rows.
    """

    low: float
    high: float
    rows: int
    mean_confidence: float
    accuracy: float


@dataclass(frozen=True)
class Measurements:
    """What was measured of one model.

    Attributes:
        overall: metrics on the whole judged split, by name.
        by_class: the same for the rows of each class.
        by_slice: the same for the slices of `features.SLICES`.
        confusion: rows by actual and predicted class, int64 [classes, classes].
        calibration: the bins of the reliability diagram.
    """

    overall: Mapping[str, float]
    by_class: Mapping[str, Mapping[str, float]]
    by_slice: Mapping[str, Mapping[str, float]]
    confusion: np.ndarray
    calibration: list[CalibrationBin]


@dataclass(frozen=True)
class Comparison:
    """What was measured.

    Attributes:
        candidate: the model, in words.
        baseline: the blessed model it was compared with, in words; None where there was none.
        reason: why there was none; '' otherwise.
        examples: the rows, in words.
    """

    candidate: str
    baseline: str | None
    reason: str
    examples: str


@dataclass(frozen=True)
class Verdict:
    """The gate's decision.

    Attributes:
        blessed: whether the candidate may be deployed.
        rules: every rule that applied.
        candidate: what was measured of the candidate.
        baseline: what was measured of the blessed model that it was compared with, or None.
        comparison: what was compared with what.
        too_small: rows of the classes that have too few for the rules on classes, by name.
    """

    blessed: bool
    rules: list[RuleResult]
    candidate: Measurements
    baseline: Measurements | None
    comparison: Comparison
    too_small: Mapping[str, int]

    @property
    def reason(self) -> str:
        """The failed rules in one line, or what was passed."""
        failed = [str(rule) for rule in self.rules if not rule.passed]
        return in_one_line(failed) or f"all {len(self.rules)} rules of the gate hold"


def in_one_line(failures: Sequence[str]) -> str:
    """The first failures; a model that is worse throughout has dozens."""
    shown = list(failures[:_SHOWN_FAILURES])
    if len(failures) > len(shown):
        shown.append(f"and {len(failures) - len(shown)} more, see `newscat explain`")
    return "; ".join(shown)


def write_verdict(evaluation_uri: str, verdict: Verdict) -> None:
    """Puts the verdict beside TFMA's results."""
    write_document(os.path.join(evaluation_uri, _FILE), _FORMAT, asdict(verdict))


def read_verdict(evaluation_uri: str) -> Verdict:
    """Reads the verdict of an Evaluation artifact's folder.

    Raises:
        DocumentError: see `read_document`.
    """
    return read_document(os.path.join(evaluation_uri, _FILE), _FORMAT, _parse)


def _parse(values: Mapping[str, Any]) -> Verdict:
    baseline = values["baseline"]
    return Verdict(
        blessed=values["blessed"],
        rules=[
            RuleResult(**{**rule, "kind": Side(rule["kind"]).value}) for rule in values["rules"]
        ],
        candidate=_to_measurements(values["candidate"]),
        baseline=None if baseline is None else _to_measurements(baseline),
        comparison=Comparison(**values["comparison"]),
        too_small=values["too_small"],
    )


def _to_measurements(values: Mapping[str, Any]) -> Measurements:
    return Measurements(
        overall=values["overall"],
        by_class=values["by_class"],
        by_slice=values["by_slice"],
        confusion=np.array(values["confusion"], np.int64),
        calibration=[CalibrationBin(**bin_) for bin_ in values["calibration"]],
    )
