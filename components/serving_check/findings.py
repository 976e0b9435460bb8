"""What the serving check found, as the InfraBlessing artifact keeps it; needs no TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

FINDINGS_FILE = "findings.json"
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
    text = json.dumps([asdict(finding) for finding in findings], indent=2)
    with _open(uri, "w") as file:
        file.write(text)


def read_findings(uri: str) -> list[Finding]:
    """The findings in an InfraBlessing artifact's folder, in the order of the checks.

    Raises:
        FileNotFoundError: the artifact is not one of the serving check's.
    """
    with _open(uri, "r") as file:
        return [Finding(**fields) for fields in json.loads(file.read())]


def _open(uri: str, mode: str) -> Any:
    path = f"{uri}/{FINDINGS_FILE}"
    if "://" not in uri:
        return open(path, mode, encoding="utf-8")
    import tensorflow as tf  # its gfile knows gs://; local folders do without this import

    return tf.io.gfile.GFile(path, mode)
