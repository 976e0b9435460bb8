"""Section 'verdict': blessed and pushed, or why not, and the headline figures."""

from __future__ import annotations

import math

from tfx.types import Artifact

from components.evaluation.figures import FIGURES
from components.evaluation.verdict import Verdict
from components.report.content import Decision, Figure
from components.report.plain_words import failed_rule
from components.serving_check.findings import Finding, has_findings, read_findings

_UNEXPLAINED = "TFX's InfraValidator could not load the model, or not ask it; the log says why"


def collect_decision(
    verdict: Verdict, infra_blessing: Artifact | None, pushed_model: Artifact
) -> Decision:
    """Puts the gate's verdict, the serving check and the push together.

    Args:
        verdict: the gate's.
        infra_blessing: of the serving check or of InfraValidator, if one of them was run.
        pushed_model: the Pusher's, who says whether there was a push.
    """
    findings = _read_findings(infra_blessing)
    failures = [failed_rule(rule) for rule in verdict.rules if not rule.passed]
    failures += [f"Serving check, {f}" for f in findings or [] if not f.passed]
    serves = infra_blessing is None or infra_blessing.get_int_custom_property("blessed") == 1
    if not serves and not findings:
        failures.append(_UNEXPLAINED)
    pushed = pushed_model.get_int_custom_property("pushed") == 1
    return Decision(
        blessed=verdict.blessed and serves,
        pushed_version=_text(pushed_model, "pushed_version") if pushed else None,
        pushed_to=_text(pushed_model, "pushed_destination") if pushed else None,
        failures=failures,
        figures=_figures(verdict),
        comparison=verdict.comparison,
        rules=verdict.rules,
        too_small=verdict.too_small,
        findings=findings,
    )


def _text(artifact: Artifact, name: str) -> str:
    return artifact.get_string_custom_property(name)


def _read_findings(infra_blessing: Artifact | None) -> list[Finding] | None:
    """None without a serving check; InfraValidator's blessing has no findings either."""
    if infra_blessing is None or not has_findings(infra_blessing.uri):
        return None
    return read_findings(infra_blessing.uri)


def _figures(verdict: Verdict) -> list[Figure]:
    before = verdict.baseline.overall if verdict.baseline else None
    return [
        Figure(
            name=f"{figure.words[0].upper()}{figure.words[1:]}",
            value=verdict.candidate.overall.get(figure.metric, math.nan),
            baseline=None if before is None else before.get(figure.metric, math.nan),
            is_share=figure.is_share,
            higher_is_better=figure.higher_is_better,
        )
        for figure in FIGURES
    ]
