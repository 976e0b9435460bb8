"""From a run's artifacts to the content of its report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tfx.types import Artifact, artifact_utils
from tfx.utils import path_utils

from components import progress
from components.classifier.history import read_history
from components.evaluation.verdict import read_verdict
from components.preprocessing.class_names import export_class_names
from components.preprocessing.taxonomy import Taxonomy
from components.report.collect_classes import collect_classes, collect_confusion, collect_slices
from components.report.collect_data import collect_data
from components.report.collect_decision import collect_decision
from components.report.collect_origin import collect_origin
from components.report.collect_predictions import collect_predictions
from components.report.collect_steps import collect_steps
from components.report.content import Content, EpochFigures
from components.splits import judged_split


@dataclass(frozen=True)
class RunFacts:
    """What the report says of a run that is not in its artifacts.

    Attributes:
        pipeline: its name; '' where it is not known.
        run_id: the orchestrator's; '' where it is not known.
        taxonomy: `Taxonomy.to_config`.
        settings: to show, by section and field; `text.max_length` among them.
        text_fields: that the model reads.
        rows: of the judged split to score.
        metadata_file: ML Metadata's SQLite file, where there is one.
    """

    pipeline: str
    run_id: str
    taxonomy: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, Any]]
    text_fields: Sequence[str]
    rows: int
    metadata_file: str | None = None


def collect(artifacts: Mapping[str, Sequence[Artifact]], facts: RunFacts) -> Content:
    """Reads everything that the page shows.

    Args:
        artifacts: inputs of the component by name; optional ones may lack or be empty.
        facts: about the run.
    """
    given = {name: each[0] for name, each in artifacts.items() if each}
    taxonomy = Taxonomy.from_config(facts.taxonomy)
    verdict = read_verdict(given["evaluation"].uri)
    class_names = export_class_names(path_utils.serving_model_path(given["model"].uri))
    progress.tell("reads what the run measured")
    splits = artifact_utils.decode_split_names(given["examples"].split_names)
    return Content(
        pipeline=facts.pipeline,
        run_id=facts.run_id,
        made_at=f"{datetime.datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        judged=judged_split(splits),
        decision=collect_decision(verdict, given.get("infra_blessing"), given["pushed_model"]),
        data=collect_data(
            given["examples"],
            given["quarantine"],
            given["statistics"],
            given.get("anomalies"),
            given.get("data_verdict"),
            taxonomy,
            facts.text_fields,
        ),
        epochs=[
            EpochFigures(epoch["number"], epoch["train"], epoch["eval"], epoch.get("seconds"))
            for epoch in read_history(given["model_run"].uri)
        ],
        classes=collect_classes(verdict, class_names),
        slices=collect_slices(verdict),
        confusion=collect_confusion(verdict, class_names),
        calibration=verdict.candidate.calibration,
        predictions=collect_predictions(
            given["model"],
            given["examples"],
            taxonomy,
            facts.rows,
            int(facts.settings["text"]["max_length"]),
            facts.text_fields,
        ),
        origin=collect_origin(
            given["model"],
            facts.settings,
            collect_steps(facts.metadata_file, facts.run_id),
        ),
    )
