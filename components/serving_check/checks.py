"""The checks of an export, in the order in which one's failure explains the next one's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from components.serving_check import answer_checks, process_checks, reference_checks
from components.serving_check.evidence import Evidence, NotAvailableError
from components.serving_check.findings import LATENCY_P50, Finding
from components.serving_check.outcome import Outcome

CHECKS: Mapping[str, Callable[[Evidence], Outcome]] = {
    "process": process_checks.process,
    "isolation": process_checks.isolation,
    "signatures": process_checks.signatures,
    "answers": process_checks.answers,
    "reference": reference_checks.reference,
    "class_names": reference_checks.class_names,
    "token_ids": reference_checks.token_ids,
    "control_tokens": reference_checks.control_tokens,
    "shapes": answer_checks.shapes,
    "finite": answer_checks.finite,
    "probabilities": answer_checks.probabilities,
    "labels": answer_checks.labels,
    "batches": answer_checks.batches,
    "default_description": answer_checks.default_description,
    "top_3": answer_checks.top_3,
    "scores": reference_checks.scores,
    "classes": reference_checks.classes,
    "load_seconds": process_checks.load_seconds,
    LATENCY_P50: process_checks.latency_p50,
    "latency_p99_ms": process_checks.latency_p99,
}


def run_checks(evidence: Evidence) -> list[Finding]:
    """Judges the export.

    Returns:
        A finding for every check that could be done. A check that stumbles over an answer has
        failed; one whose answers are missing is left out, for an earlier one says why.
    """
    findings = []
    for name, check in CHECKS.items():
        try:
            outcome = check(evidence)
        except NotAvailableError:
            continue
        except Exception as error:
            text = f"answers that it stumbles over: {type(error).__name__}: {error}"
            outcome = Outcome(False, "answers that can be checked", text)
        findings.append(Finding(name, *outcome))
    return findings
