"""The gate's rules in plain words, for a reader who has not met the metrics' names."""

from __future__ import annotations

import math

from components.evaluation import metric_names as names
from components.evaluation.verdict import OVERALL, RuleResult

METRIC_WORDS = {
    names.TOP_1: "top-1",
    names.TOP_3: "top-3",
    names.MACRO_F1: "macro F1",
    names.CALIBRATION_ERROR: "calibration error",
    names.UNLABELLED: "rows of an unknown class",
    names.INVALID_SCORES: "rows with invalid scores",
    names.TOP_1_CHANGE_POSSIBLE: "change of top-1 that is still possible",
    names.CLASS_TOP_1_POSSIBLE: "top-1 that is still possible",
    names.CLASS_TOP_1_CHANGE_POSSIBLE: "change of top-1 that is still possible",
}
_CHANGES = {names.TOP_1_CHANGE_POSSIBLE, names.CLASS_TOP_1_CHANGE_POSSIBLE}
_SENTENCES = {
    names.TOP_1: "Top-1 is {value}, and at least {bound} is needed",
    names.TOP_3: "Top-3 is {value}, and at least {bound} is needed",
    names.MACRO_F1: "Macro F1 is {value}, and at least {bound} is needed",
    names.CALIBRATION_ERROR: "The calibration error is {value}, and at most {bound} is allowed",
    names.UNLABELLED: "{value} of the rows have a class that the model does not know",
    names.INVALID_SCORES: "{value} of the rows have scores that are no probabilities",
    names.TOP_1_CHANGE_POSSIBLE: "Top-1 fell by more than is allowed: at best it changed by "
    "{value}, and {bound} is the limit",
    names.CLASS_TOP_1_POSSIBLE: "Top-1 is {value} at best, and at least {bound} is needed",
    names.CLASS_TOP_1_CHANGE_POSSIBLE: "Top-1 fell by more than is allowed: at best it changed by "
    "{value}, and {bound} is the limit",
}


def rule_name(rule: RuleResult) -> str:
    """What a rule is about, say 'top-3'."""
    return METRIC_WORDS.get(rule.metric, rule.metric.replace("_", " "))


def rule_value(rule: RuleResult, value: float) -> str:
    """A value or bound of a rule, in percent, or in points for a change."""
    if math.isnan(value):
        return "no number"
    if rule.metric in _CHANGES:
        return f"{100 * value:+.1f} points".replace("-", "−")
    return f"{100 * value:.1f} %"


def failed_rule(rule: RuleResult) -> str:
    """A broken rule as a sentence without its full stop."""
    sentence = _SENTENCES.get(rule.metric)
    if sentence is None:
        return str(rule)
    text = sentence.format(value=rule_value(rule, rule.value), bound=rule_value(rule, rule.bound))
    if rule.baseline is not None and rule.metric in _CHANGES:
        text += f" (the baseline's top-1 is {100 * rule.baseline:.1f} %)"
    return text if rule.slice == OVERALL else f"{rule.slice}: {text[0].lower()}{text[1:]}"
