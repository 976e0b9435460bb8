"""What the serving check found, as the InfraBlessing artifact keeps it; needs no TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from components.files import exists, read_document, write_document

_FILE, _FORMAT = "findings.json", 2
LATENCY_P50 = "latency_p50_ms"
"""Name of the finding whose value is the median time of a single request."""


@dataclass(frozen=True)
class Finding:
    """One check and its outcome.

    Attributes:
        name: of the check.
        passed: whether the export stood it.
        expected: what had to be seen, in words.
        seen: what was seen, in words; of a failed check the row, and the cause where it is known.
        value: what was measured, where the check is a measurement.
        bound: largest value that passes; None where the value is only reported.
    """

    name: str
    passed: bool
    expected: str
    seen: str
    value: float | None = None
    bound: float | None = None

    def __str__(self) -> str:
        return f"{self.name}: expected {self.expected}; seen {self.seen}"


def is_blessed(findings: Iterable[Finding]) -> bool:
    """Whether every check passed."""
    return all(finding.passed for finding in findings)


def write_findings(uri: str, findings: Iterable[Finding]) -> None:
    """Writes the findings into an artifact's folder, local or remote."""
    content = {"findings": [asdict(finding) for finding in findings]}
    write_document(f"{uri}/{_FILE}", _FORMAT, content)


def has_findings(uri: str) -> bool:
    """Whether an InfraBlessing is the serving check's; TFX's InfraValidator says no more."""
    return exists(f"{uri}/{_FILE}")


def read_findings(uri: str) -> list[Finding]:
    """The findings in an InfraBlessing artifact's folder, in the order of the checks.

    Raises:
        DocumentError: see `read_document`.
    """
    return read_document(
        f"{uri}/{_FILE}",
        _FORMAT,
        lambda content: _parse(content["findings"]),
        parse_first=lambda text: _parse(json.loads(text)),
    )


def _parse(findings: Iterable[Mapping[str, Any]]) -> list[Finding]:
    read = [Finding(**fields) for fields in findings]
    if not read:
        raise ValueError("no finding")  # a check always has some, and none would be a pass
    return read
