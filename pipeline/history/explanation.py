"""Why a run's model was, or was not, cleared for deployment: the gate and the serving check."""

from __future__ import annotations

from dataclasses import dataclass

from components.data_validation.verdict import DataVerdict, read_data_verdict
from components.errors import SettingsError
from components.evaluation.verdict import RuleResult, Verdict, in_one_line, read_verdict
from components.run_records import ArtifactRecord, RunRecord
from components.serving_check.findings import Finding, has_findings, is_blessed, read_findings
from pipeline.dag import component_ids as ids


@dataclass(frozen=True)
class Explanation:
    """What a finished run measured and decided.

    Attributes:
        run_id: of the run.
        verdict: the gate's.
        findings: the serving check's, or one for the whole of TFX's InfraValidator.
        data: the verdict on the rows; None of a run that had none.
    """

    run_id: str
    verdict: Verdict
    findings: list[Finding]
    data: DataVerdict | None = None

    @property
    def blessed(self) -> bool:
        """Whether the gate and the serving check both let the model pass."""
        return self.verdict.blessed and is_blessed(self.findings)

    @property
    def failures(self) -> list[str]:
        """Failed rules and findings, a sentence each."""
        results: list[RuleResult | Finding] = [*self.verdict.rules, *self.findings]
        return [str(result) for result in results if not result.passed]

    @property
    def reason(self) -> str:
        """The failures in one line, or what was passed."""
        passed = f"all {len(self.verdict.rules)} rules of the gate hold"
        if self.findings:
            passed += f", and {len(self.findings)} serving checks"
        return in_one_line(self.failures) or passed


def read_explanation(run: RunRecord) -> Explanation:
    """Reads why a finished run decided as it did.

    Raises:
        SettingsError: the run ended before the gate, or see `read_document`.
    """
    evaluation = run.output(ids.EVALUATOR, "evaluation")
    if evaluation is None or not run.ended(ids.EVALUATOR):
        raise SettingsError(f"run {run.name} ended before the gate, so there is no verdict")
    return Explanation(
        run.name, read_verdict(evaluation.uri), _read_findings(run), read_run_data(run)
    )


def read_run_data(run: RunRecord) -> DataVerdict | None:
    """The verdict on a run's rows; None where it did not come to one.

    Raises:
        DocumentError: see `read_document`.
    """
    verdict = run.output(ids.DATA_VALIDATOR, "verdict")
    ended = run.ended(ids.DATA_VALIDATOR)
    return read_data_verdict(verdict.uri) if verdict and ended else None


def _read_findings(run: RunRecord) -> list[Finding]:
    checks = (run.output(component, "blessing") for component in ids.INFRA_CHECKS)
    return next((read_serving_check(blessing) for blessing in checks if blessing), [])


def read_serving_check(blessing: ArtifactRecord) -> list[Finding]:
    """The findings in an InfraBlessing, whichever component made it."""
    if has_findings(blessing.uri):
        return read_findings(blessing.uri)
    # Of TFX's InfraValidator, which tells no more.
    passed = bool(blessing.properties.get("blessed"))
    seen = "that" if passed else "a failure, which the log describes"
    return [Finding("infra_validator", passed, "TF Serving to answer golden rows", seen)]
