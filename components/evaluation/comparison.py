"""What a candidate is compared with: the blessed baseline, or nothing, and why."""

from __future__ import annotations

from collections.abc import Sequence

from tfx.types import Artifact, artifact_utils
from tfx.utils import path_utils

from components.checkpoint.fine_tuned import fine_tuned_checkpoint, read_origin
from components.data_validation.profile import reason_not_apart
from components.evaluation.verdict import Comparison
from components.preprocessing.class_names import export_class_names
from components.split_rule import SplitRule, read_split_rule
from components.splits import TEST, judged_split

NEVER_BLESSED = "no model has been blessed yet"
SAME_MODEL = "the candidate is the blessed model itself, from a cached Trainer"


def compare(candidate: Artifact, baselines: Sequence[Artifact], examples: Artifact) -> Comparison:
    """Decides whether the last blessed model can be the candidate's baseline.

    It cannot where it is the candidate itself, which would always be found to be as good; nor
    where its classes are others, for then the two do not answer the same question; nor where it may
    have learnt from the rows that it would be judged by. Absolute bounds hold in either case.

    Args:
        candidate: the Model artifact to judge.
        baselines: the last blessed Model, if any.
        examples: the rows to judge it on.
    """
    reason = NEVER_BLESSED
    if baselines:
        reason = _reason_against(candidate, baselines[0], read_split_rule(examples.uri))
    return Comparison(
        candidate=_describe(candidate),
        baseline=None if reason else _describe(baselines[0]),
        reason=reason,
        examples=f"split {_judged(examples)} of examples {examples.id}, {examples.uri}",
    )


def _judged(examples: Artifact) -> str:
    split = judged_split(artifact_utils.decode_split_names(examples.split_names))
    return split if split == TEST else f"{split}, which early stopping has used,"


def _reason_against(candidate: Artifact, baseline: Artifact, today: SplitRule | None) -> str:
    if candidate.uri == baseline.uri:
        return SAME_MODEL
    ours, theirs = (
        export_class_names(path_utils.serving_model_path(model.uri))
        for model in (candidate, baseline)
    )
    if ours == theirs:
        reason = reason_not_apart(path_utils.serving_model_path(baseline.uri), today)
        return f"the blessed model {baseline.id} {reason}" if reason else ""
    difference = sorted(set(ours) ^ set(theirs))
    return (
        f"the blessed model {baseline.id} has {len(theirs)} classes and the candidate {len(ours)}"
        f"{': ' + ', '.join(difference) if difference else ', in another order'}"
    )


def _describe(model: Artifact) -> str:
    origin = read_origin(fine_tuned_checkpoint(path_utils.serving_model_path(model.uri)))
    return f"model {model.id} (from checkpoint {str(origin)[:12]}), {model.uri}"
