"""Checks of the server's process: it lives, is alone, answers everything, and in time."""

from __future__ import annotations

import numpy as np

from components.serving_check.evidence import Evidence, NotAvailableError
from components.serving_check.outcome import Outcome
from components.serving_check.request_plan import SIGNATURES, TIMED


def process(evidence: Evidence) -> Outcome:
    """The process loads the export and outlives all requests."""
    count = len(evidence.requests)
    expected = f"a process that loads the export and takes {count} requests"
    failure = evidence.served.failure
    return Outcome(failure is None, expected, failure or "such a process")


def isolation(evidence: Evidence) -> Outcome:
    """The process, which ends if it can import more, has what a server has."""
    versions = evidence.served.versions
    if not versions:
        raise NotAvailableError
    seen = ", ".join(f"{name} {version}" for name, version in versions.items())
    has_text = "tensorflow-text" in versions
    return Outcome(has_text, "TensorFlow, tensorflow-text and what they require alone", seen)


def signatures(evidence: Evidence) -> Outcome:
    """The export has the signatures that clients know, and no others."""
    if evidence.served.load_seconds is None:
        raise NotAvailableError
    expected, seen = (", ".join(sorted(n)) for n in (SIGNATURES, evidence.served.signatures))
    return Outcome(expected == seen, expected, seen)


def answers(evidence: Evidence) -> Outcome:
    """No request gets an error."""
    if not evidence.served.answers:
        raise NotAvailableError
    pairs = zip(evidence.requests, evidence.served.answers, strict=False)
    errors = [f"{request}: {answer.error}" for request, answer in pairs if answer.error]
    seen = f"{len(errors)} errors, the first at {errors[0]}" if errors else "no error"
    expected = f"no error in {len(evidence.served.answers)} answers"
    return Outcome(not errors, expected, seen)


def load_seconds(evidence: Evidence) -> Outcome:
    """Reports how long the export takes to load."""
    seconds = evidence.served.load_seconds
    if seconds is None:
        raise NotAvailableError
    return Outcome(True, "to be reported", f"{seconds:.2f} s", seconds)


def latency_p50(evidence: Evidence) -> Outcome:
    """Reports the median time of a single request."""
    times = _milliseconds(evidence)
    median = float(np.percentile(times, 50))
    return Outcome(True, "to be reported", f"{median:.2f} ms over {len(times)} requests", median)


def latency_p99(evidence: Evidence) -> Outcome:
    """99 of 100 single requests keep to the bound, where one is set."""
    times = _milliseconds(evidence)
    slowest, bound = float(np.percentile(times, 99)), evidence.bounds.max_latency_ms
    expected = "to be reported" if bound is None else f"at most {bound:g} ms (max_latency_ms)"
    seen = f"{slowest:.2f} ms over {len(times)} requests"
    return Outcome(bound is None or slowest <= bound, expected, seen, slowest, bound)


def _milliseconds(evidence: Evidence) -> list[float]:
    """Of the timed requests, which come last, when everything is warm."""
    times = [
        answer.milliseconds for request, answer in evidence.answered() if request.name == TIMED
    ]
    if not times:
        raise NotAvailableError
    return times
