"""DataValidator: judges the rows of a run before anything is trained on them.

It compares profiles, and not TFDV's statistics with DistributionValidator: the figures that move
when texts change are those of words and tokens, which the raw statistics lack; and what a blessed
model was trained on is known from the model alone, for Vertex AI finds it, but no other artifact of
its run. The step succeeds whatever it finds, since TFX deletes what a failed one has written:
DataGate is what stops the run, each time anew.
"""

# TFX reads the annotations as they are, so there are no postponed ones here.

import datetime
import json

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types import Artifact, artifact_utils
from tfx.types.standard_artifacts import ExampleAnomalies, Model, TransformGraph
from tfx.utils import path_utils

from components.data_validation.anomalies import read_anomalies
from components.data_validation.artifact import DataFindings
from components.data_validation.judge import judge, not_compared
from components.data_validation.profile import (
    DataProfile,
    read_data_profile,
    read_graph_profile,
)
from components.data_validation.settings import ValidationPolicy
from components.data_validation.verdict import (
    REFUSED_PROPERTY,
    DataVerdict,
    write_data_verdict,
)


@component
def DataValidator(  # noqa: N802 - the component's name
    anomalies: InputArtifact[ExampleAnomalies],
    transform_graph: InputArtifact[TransformGraph],
    verdict: OutputArtifact[DataFindings],
    policy: Parameter[str],
    baseline_model: InputArtifact[Model] = None,
) -> None:
    """Writes the verdict on the rows.

    Args:
        anomalies: of ExampleValidator.
        transform_graph: of Transform, with the profile of the rows beside it.
        verdict: to write.
        policy: a `ValidationPolicy` as JSON.
        baseline_model: blessed last, with the profile of its rows.
    """
    profile = read_graph_profile(transform_graph.uri)
    baseline, notes = _find_baseline(baseline_model, profile)
    if profile.probe is None:
        notes.append("too few rows for a classifier to learn from, so there is no probe")
    today = datetime.date.today()
    splits = artifact_utils.decode_split_names(anomalies.split_names)
    findings = judge(
        profile,
        baseline,
        read_anomalies(anomalies.uri, splits),
        ValidationPolicy.model_validate(json.loads(policy)),
        today,
    )
    model = f"model {baseline_model.id}, {baseline_model.uri}" if baseline else None
    decision = DataVerdict(findings, model, notes, today.isoformat())
    write_data_verdict(verdict.uri, decision)
    verdict.set_int_custom_property(REFUSED_PROPERTY, int(decision.refused))


def _find_baseline(
    model: Artifact | None, profile: DataProfile
) -> tuple[DataProfile | None, list[str]]:
    """The profile that the blessed model carries, and what of it cannot be compared, or why not."""
    if model is None:
        return None, ["no blessed model yet, so there is no data to compare with"]
    baseline = read_data_profile(path_utils.serving_model_path(model.uri))
    if baseline is None:
        return None, ["the blessed model has no record of its data: an earlier version made it"]
    return baseline, not_compared(profile, baseline)
