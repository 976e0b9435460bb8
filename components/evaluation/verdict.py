"""What the gate decided and why; kept with the Evaluation, and read back without TFMA."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from components.evaluation import metric_names as names

OVERALL = "overall"
_FILE = "verdict.json"
_SHOWN_FAILURES = 3
_SENTENCES = {
    names.TOP_1_CHANGE_POSSIBLE: "the change of top_1 is at most {value:+.4f}",
    names.CLASS_TOP_1_CHANGE_POSSIBLE: "the change of top_1 is at most {value:+.4f}",
    names.CLASS_TOP_1_POSSIBLE: "top_1 is at most {value:.4f}",
    names.UNLABELLED: "share of rows with a class that the model does not know is {value:.4f}",
    names.INVALID_SCORES: "share of rows with scores that are no probabilities is {value:.4f}",
}
BASELINE_METRICS = {
    names.TOP_1_CHANGE_POSSIBLE: names.TOP_1,
    names.CLASS_TOP_1_CHANGE_POSSIBLE: names.TOP_1,
    names.CLASS_TOP_1_POSSIBLE: names.TOP_1,
}
"""The metric of the baseline that a rule is about, where it is not the rule's own."""


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

    def __str__(self) -> str:
        sentence = _SENTENCES.get(self.metric, f"{self.metric} is {{value:.4f}}")
        text = sentence.format(value=self.value)
        text += f", at {self.kind} {self.bound:.4g} " + ("asked" if self.passed else "is needed")
        if self.baseline is not None:
            text += f" (baseline {BASELINE_METRICS.get(self.metric, self.metric)} "
            text += f"{self.baseline:.4f})"
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
        overall: metrics on the whole eval split, by name.
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
    import tensorflow as tf  # its gfile knows gs://; reading a local verdict does without it

    with tf.io.gfile.GFile(os.path.join(evaluation_uri, _FILE), "w") as file:
        file.write(json.dumps(asdict(verdict), default=np.ndarray.tolist))


def read_verdict(evaluation_uri: str) -> Verdict:
    """Reads the verdict of an Evaluation artifact's folder."""
    values = json.loads(_read(os.path.join(evaluation_uri, _FILE)))
    baseline = values["baseline"]
    return Verdict(
        blessed=values["blessed"],
        rules=[RuleResult(**rule) for rule in values["rules"]],
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


def _read(path: str) -> str:
    if "://" not in path:
        with open(path, encoding="utf-8") as file:
            return file.read()
    import tensorflow as tf

    with tf.io.gfile.GFile(path) as file:
        return file.read()
