"""DataGate: lets a run go on to its Trainer, or stops it.

A step that fails is never cached: refused rows are refused each time. It hands nothing to the
Trainer, whose cache key would else follow the baseline.
"""

# TFX reads the annotations as they are, so there are no postponed ones here.

from tfx.dsl.component.experimental.annotations import InputArtifact
from tfx.dsl.component.experimental.decorators import component

from components.data_validation.artifact import DataFindings
from components.data_validation.verdict import read_data_verdict
from components.errors import DataRefusedError


@component
def DataGate(verdict: InputArtifact[DataFindings]) -> None:  # noqa: N802 - the component's name
    """Returns where the rows may be trained on.

    Args:
        verdict: of DataValidator.

    Raises:
        DataRefusedError: a rule of severity 'stop' is broken.
    """
    found = read_data_verdict(verdict.uri)
    if found.refused:
        raise DataRefusedError(found.refusal)
