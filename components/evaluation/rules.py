"""The rules of the gate, one table: what is measured, the bound, the rows it holds on, its words.

The gate's configuration, its results, the verdict, `newscat explain` and the report all follow from
this table; what a metric measures is in `metrics`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from components.evaluation import metric_names as names
from components.evaluation.policy import GatePolicy


class Side(str, Enum):
    """Which values pass: those from the bound up, or those up to it."""

    LEAST = "least"
    MOST = "most"


class Rows(Enum):
    """The rows that a rule speaks of: all of the judged split, or those of each class by itself."""

    ALL = "all"
    EVERY_CLASS = "every class"


class Unit(Enum):
    """What a value is: a fraction of 1, or a difference of two, candidate less baseline."""

    SHARE = "share"
    CHANGE = "change"


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        metric: that is bounded.
        words: the metric in plain words.
        side: of the bound to stay on.
        policy_field: of `GatePolicy`, the bound; None for a bound of 0.
        rows: that it holds on.
        unit: of the metric. A change needs a baseline, and its bound in the policy is a loss to put
            up with.
        about: the metric of the baseline to be shown beside the value, where it is not its own.
        measured: what was measured, for those who know the metrics' names.
        broken: a broken rule, for those who do not; `value` and `bound` come with their unit. Where
            it is empty, they get `measured` as well.
    """

    metric: str
    words: str
    side: Side
    policy_field: str | None = None
    rows: Rows = Rows.ALL
    unit: Unit = Unit.SHARE
    about: str | None = None
    measured: str = "{metric} is {value:.4f}"
    broken: str = "{words} is {value}, and at {side} {bound} is needed"

    def bound_of(self, policy: GatePolicy) -> float:
        """The last value that passes."""
        bound = getattr(policy, self.policy_field) if self.policy_field else 0.0
        return -bound if self.unit is Unit.CHANGE else bound

    @property
    def baseline_metric(self) -> str:
        """The metric of the baseline that the rule is about."""
        return self.about or self.metric


def _possible_change(metric: str, policy_field: str, rows: Rows = Rows.ALL) -> Rule:
    """A rule on the change of top-1 that is still possible, of all rows or of each class."""
    return Rule(
        metric,
        "change of top-1 that is still possible",
        Side.LEAST,
        policy_field,
        rows=rows,
        unit=Unit.CHANGE,
        about=names.TOP_1,
        measured=f"the change of {names.TOP_1} is at most {{value:+.4f}}",
        broken="top-1 fell by more than is allowed: at best it changed by {value}, and {bound} is "
        "the limit",
    )


RULES = (
    Rule(
        names.CALIBRATION_ERROR,
        "calibration error",
        Side.MOST,
        "max_calibration_error",
        broken="the calibration error is {value}, and at most {bound} is allowed",
    ),
    Rule(
        names.INVALID_SCORES,
        "rows with invalid scores",
        Side.MOST,
        measured="share of rows with scores that are no probabilities is {value:.4f}",
        broken="{value} of the rows have scores that are no probabilities",
    ),
    Rule(names.MACRO_F1, "macro F1", Side.LEAST, "min_macro_f1"),
    Rule(names.TOP_1, "top-1", Side.LEAST, "min_top_1"),
    _possible_change(names.TOP_1_CHANGE_POSSIBLE, "max_drop_top_1"),
    Rule(names.TOP_3, "top-3", Side.LEAST, "min_top_3"),
    Rule(
        names.UNLABELLED,
        "rows of an unknown class",
        Side.MOST,
        measured="share of rows with a class that the model does not know is {value:.4f}",
        broken="{value} of the rows have a class that the model does not know",
    ),
    _possible_change(
        names.CLASS_TOP_1_CHANGE_POSSIBLE, "max_class_drop_top_1", rows=Rows.EVERY_CLASS
    ),
    Rule(
        names.CLASS_TOP_1_POSSIBLE,
        "top-1 that is still possible",
        Side.LEAST,
        "min_class_top_1",
        rows=Rows.EVERY_CLASS,
        about=names.TOP_1,
        measured=f"{names.TOP_1} is at most {{value:.4f}}",
        broken="top-1 is {value} at best, and at least {bound} is needed",
    ),
)
"""In the order in which they are shown: what is wrong with the whole comes first."""

_BY_METRIC = {rule.metric: rule for rule in RULES}


def find_rule(metric: str, side: str) -> Rule:
    """The rule on a metric; of a run that had one that is no more, one in the metric's own name."""
    known = _BY_METRIC.get(metric)
    return known or Rule(metric, metric.replace("_", " "), Side(side), broken="")
