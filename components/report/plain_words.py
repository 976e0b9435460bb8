"""The gate's rules in plain words, for a reader who has not met the metrics' names."""

from __future__ import annotations

import math

from components.evaluation.rules import Unit
from components.evaluation.verdict import OVERALL, RuleResult


def rule_name(result: RuleResult) -> str:
    """What a rule is about, say 'top-3'."""
    return result.rule.words


def rule_value(result: RuleResult, value: float) -> str:
    """A value or bound of a rule, in percent, or in points for a change."""
    if math.isnan(value):
        return "no number"
    if result.rule.unit is Unit.CHANGE:
        return f"{100 * value:+.1f} points".replace("-", "−")
    return f"{100 * value:.1f} %"


def failed_rule(result: RuleResult) -> str:
    """A broken rule as a sentence without its full stop."""
    rule = result.rule
    if not rule.broken:
        return str(result)
    text = rule.broken.format(
        words=rule.words,
        side=result.kind,
        value=rule_value(result, result.value),
        bound=rule_value(result, result.bound),
    )
    if result.baseline is not None and rule.unit is Unit.CHANGE:
        text += f" (the baseline's top-1 is {100 * result.baseline:.1f} %)"
    return f"{text[0].upper()}{text[1:]}" if result.slice == OVERALL else f"{result.slice}: {text}"
