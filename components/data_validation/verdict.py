"""What the validation of data found; kept in an artifact of its own, and read without TFX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from components.files import read_document, write_document

STOP, IGNORE = "stop", "ignore"
REFUSED_PROPERTY = "refused"
"""Of the artifact: 1 where nothing may be trained on the rows, for those who cannot read it."""

VERDICT_FILE, _FORMAT = "data_verdict.json", 2


@dataclass(frozen=True)
class DataFinding:
    """One rule on the data, applied.

    Attributes:
        rule: its name.
        rows: that it speaks of, such as 'all rows' or the name of a split.
        value: what was measured; None where that is no number.
        baseline: what it was measured against, of the baseline or of other rows.
        bound: last value that passes.
        severity: 'stop' or 'warn', what the rule leads to where it is broken.
        passed: whether it holds.
        sentence: what was found, and what is allowed.
        settings: with which a broken rule is accepted: of its bound, if any, then its severity.
    """

    rule: str
    rows: str
    value: float | None
    baseline: float | None
    bound: float | None
    severity: str
    passed: bool
    sentence: str
    settings: Sequence[str]

    def __str__(self) -> str:
        return self.sentence

    @property
    def stops(self) -> bool:
        """Whether it ends the run."""
        return not self.passed and self.severity == STOP


@dataclass(frozen=True)
class DataVerdict:
    """The decision on the rows of a run.

    Attributes:
        findings: every rule that was applied.
        baseline: the model whose data the rows were compared with, in words, or None.
        notes: why something was not compared.
        judged_on: the day, 'YYYY-MM-DD', after which a date is in the future.
    """

    findings: Sequence[DataFinding]
    baseline: str | None
    notes: Sequence[str]
    judged_on: str

    @property
    def broken_first(self) -> list[DataFinding]:
        """All rules: those that end the run, those that are broken otherwise, those that hold."""
        return sorted(self.findings, key=lambda finding: (finding.passed, not finding.stops))

    @property
    def broken(self) -> list[DataFinding]:
        """The rules that are broken, those that end the run first."""
        return [finding for finding in self.broken_first if not finding.passed]

    @property
    def refused(self) -> bool:
        """Whether nothing may be trained on the rows."""
        return any(finding.stops for finding in self.findings)

    @property
    def refusal(self) -> str:
        """All that ends the run, and how to accept it, on one line."""
        stopping = [finding for finding in self.broken if finding.stops]
        bounds = dict.fromkeys(name for finding in stopping for name in finding.settings[:-1])
        severities = dict.fromkeys(f"{finding.settings[-1]}=warn" for finding in stopping)
        ways = " or ".join(filter(None, [", ".join(bounds), " ".join(severities)]))
        return (
            f"the data is refused, and nothing was trained: {'; '.join(map(str, stopping))}. "
            f"To accept it set {ways}; `newscat explain` shows every rule"
        )


def write_data_verdict(uri: str, verdict: DataVerdict) -> None:
    """Writes the verdict into an artifact's folder."""
    write_document(f"{uri}/{VERDICT_FILE}", _FORMAT, asdict(verdict))


def read_data_verdict(uri: str) -> DataVerdict:
    """Reads the verdict of an artifact's folder.

    Raises:
        DocumentError: see `read_document`.
    """
    return read_document(f"{uri}/{VERDICT_FILE}", _FORMAT, _parse)


def _parse(values: dict[str, Any]) -> DataVerdict:
    return DataVerdict(
        **{**values, "findings": [DataFinding(**finding) for finding in values["findings"]]}
    )
