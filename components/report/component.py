"""Report: the last component, which shows on one page what a run measured and decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tfx import types
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import (
    ExampleAnomalies,
    Examples,
    ExampleStatistics,
    InfraBlessing,
    Model,
    ModelEvaluation,
    ModelRun,
    PushedModel,
)

from components.data_validation.artifact import DataFindings
from components.json_example_gen.artifact import Quarantine
from components.preprocessing.taxonomy import Taxonomy
from components.report.artifact import RunReport
from components.report.executor import Executor
from components.report.render import templates_fingerprint
from components.report.settings import ReportSettings


class ReportSpec(ComponentSpec):
    """Inputs, parameters and output; see `Report`."""

    PARAMETERS = {  # noqa: RUF012 - TFX's declaration
        "rows": ExecutionParameter(type=int),
        "text_fields": ExecutionParameter(type=str),
        "taxonomy": ExecutionParameter(type=str),
        "run_settings": ExecutionParameter(type=str),
        "metadata_file": ExecutionParameter(type=str, optional=True),
        "templates": ExecutionParameter(type=str),
    }
    INPUTS = {  # noqa: RUF012
        "evaluation": ChannelParameter(type=ModelEvaluation),
        "model": ChannelParameter(type=Model),
        "model_run": ChannelParameter(type=ModelRun),
        "examples": ChannelParameter(type=Examples),
        "quarantine": ChannelParameter(type=Quarantine),
        "statistics": ChannelParameter(type=ExampleStatistics),
        "pushed_model": ChannelParameter(type=PushedModel),
        "anomalies": ChannelParameter(type=ExampleAnomalies, optional=True),
        "data_verdict": ChannelParameter(type=DataFindings, optional=True),
        "infra_blessing": ChannelParameter(type=InfraBlessing, optional=True),
    }
    OUTPUTS = {"report": ChannelParameter(type=RunReport)}  # noqa: RUF012


class Report(BaseComponent):
    """Writes the run's HTML report.

    Args:
        evaluation: of the Evaluator, with the verdict.
        model: of the Trainer.
        model_run: of the Trainer, with the history of the training.
        examples: raw rows, of JsonExampleGen.
        quarantine: of JsonExampleGen.
        statistics: of StatisticsGen.
        pushed_model: of the Pusher, after which the report is made.
        text_fields: that the model reads.
        taxonomy: of the run.
        settings: of the report.
        run_settings: the run's settings to show, by section and field; `text.max_length` and
            `trainer` among them.
        anomalies: of ExampleValidator, if the run has one.
        data_verdict: of DataValidator, if the run has one.
        infra_blessing: of ServingCheck or InfraValidator, if the run has one.
        metadata_file: ML Metadata's SQLite file, to say what took how long, if it is local.

    Its output `report` is a folder with `report.html`.
    """

    SPEC_CLASS = ReportSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(
        self,
        evaluation: types.BaseChannel,
        model: types.BaseChannel,
        model_run: types.BaseChannel,
        examples: types.BaseChannel,
        quarantine: types.BaseChannel,
        statistics: types.BaseChannel,
        pushed_model: types.BaseChannel,
        text_fields: Sequence[str],
        taxonomy: Taxonomy,
        settings: ReportSettings,
        run_settings: Mapping[str, Mapping[str, Any]],
        anomalies: types.BaseChannel | None = None,
        data_verdict: types.BaseChannel | None = None,
        infra_blessing: types.BaseChannel | None = None,
        metadata_file: str | None = None,
    ):
        spec = ReportSpec(
            evaluation=evaluation,
            model=model,
            model_run=model_run,
            examples=examples,
            quarantine=quarantine,
            statistics=statistics,
            pushed_model=pushed_model,
            anomalies=anomalies,
            data_verdict=data_verdict,
            infra_blessing=infra_blessing,
            report=types.Channel(type=RunReport),
            rows=settings.rows,
            text_fields=json.dumps(list(text_fields)),
            taxonomy=json.dumps(taxonomy.to_config()),
            run_settings=json.dumps(run_settings, default=str),
            metadata_file=metadata_file,
            # Part of the cache key, as the code is: an edit to the page makes a new report.
            templates=templates_fingerprint(),
        )
        super().__init__(spec=spec)
