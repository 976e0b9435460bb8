"""The DAG, the same for every runner: rows in, a gated model out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tfx.components import (
    BulkInferrer,
    ExampleValidator,
    StatisticsGen,
    Trainer,
)
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.base_node import BaseNode
from tfx.dsl.components.common.resolver import Resolver
from tfx.dsl.input_resolution.strategies.latest_blessed_model_strategy import (
    LatestBlessedModelStrategy,
)
from tfx.orchestration.pipeline import Pipeline
from tfx.proto import bulk_inferrer_pb2, trainer_pb2
from tfx.types import BaseChannel, Channel
from tfx.types.standard_artifacts import Model, ModelBlessing

from components.article.fields import TEXT_FIELDS
from components.data_validation.data_gate import DataGate
from components.data_validation.data_validator import DataValidator
from components.data_validation.profiled_transform import ProfiledTransform
from components.data_validation.reviewed_schema import ReviewedSchema
from components.data_validation.schema_file import complete_schema, read_schema
from components.data_validation.statistics import statistics_options
from components.evaluation.evaluator import GateEvaluator
from components.evaluation.gate import make_eval_config
from components.json_example_gen.component import JsonExampleGen
from components.preprocessing.taxonomy import load_taxonomy
from components.report.component import Report
from components.serving.signatures import Output, Signature
from components.serving_check.component import ServingCheck
from components.serving_check.infra_validator import infra_validator
from components.split_rule import SplitRule
from components.splits import EVAL, TRAIN, judged_split
from pipeline.dag import component_ids as ids
from pipeline.dag.deployment import Deployment
from pipeline.dag.fingerprint import code_fingerprint, entry_modules
from pipeline.dag.parameters import DATA_FOLDER, EVAL_CONFIG, VALIDATION_POLICY
from pipeline.inputs import RunInputs
from pipeline.settings import Settings

PREPROCESSING_FN = "components.preprocessing.transform.preprocessing_fn"
RUN_FN = "trainer_module.run_fn"
SHOWN_SETTINGS = ("trainer", "checkpoint", "text", "gate", "data", "validation")
"""Sections of the settings that the run's report shows."""


def create_pipeline(inputs: RunInputs, deployment: Deployment) -> Pipeline:
    """Builds the DAG.

    Args:
        inputs: of the run.
        deployment: what the runner adds.

    Returns:
        ExampleGen -> StatisticsGen -> ReviewedSchema -> ExampleValidator -> Transform ->
        Resolver -> DataValidator -> DataGate -> Trainer -> Evaluator, ServingCheck -> Pusher ->
        Report, and BulkInferrer where a batch is set.
    """
    settings = inputs.settings
    components = _Stages(inputs, deployment, TEXT_FIELDS).all()
    for component in components:
        if modules := entry_modules(component):
            deployment.key_cache_by_code(component, code_fingerprint(*modules))
    return Pipeline(
        pipeline_name=settings.name,
        pipeline_root=deployment.layout.artifacts,
        components=components,
        enable_cache=True,
        metadata_connection_config=deployment.metadata,
        beam_pipeline_args=deployment.beam_args,
    )


class _Stages:
    """The components, stage by stage.

    Args:
        inputs: see `create_pipeline`.
        deployment: see `create_pipeline`.
        text_fields: of an article, that the model reads.
    """

    def __init__(self, inputs: RunInputs, deployment: Deployment, text_fields: Sequence[str]):
        self._inputs, self._settings, self._deployment = inputs, inputs.settings, deployment
        self._text_fields = list(text_fields)
        data = inputs.settings.data
        self._taxonomy = load_taxonomy(data.taxonomy, data.optional_classes)
        self._split_rule = SplitRule(data.split, data.eval_fraction, data.test_fraction)
        self._judged = judged_split(self._split_rule.splits)

    def all(self) -> list[BaseNode]:
        """All of them, each after those that it depends on."""
        example_gen = self._read_data()
        examples = example_gen.outputs["examples"]
        statistics_gen, reviewed_schema, example_validator = self._validate(examples)
        transform = self._transform(examples, reviewed_schema)
        blessed = Resolver(
            strategy_class=LatestBlessedModelStrategy,
            model=Channel(type=Model),
            model_blessing=Channel(type=ModelBlessing),
        ).with_id(ids.LATEST_BLESSED_MODEL)
        data_validator = DataValidator(
            anomalies=example_validator.outputs["anomalies"],
            transform_graph=transform.outputs["transform_graph"],
            baseline_model=blessed.outputs["model"],
            policy=self._settings.validation.model_dump_json(),
        )
        _let_differ(self._deployment, data_validator, "policy", VALIDATION_POLICY)
        data_gate = DataGate(verdict=data_validator.outputs["verdict"])
        trainer = self._train(transform, reviewed_schema, blessed)
        trainer.add_upstream_node(data_gate)
        evaluator = self._judge(examples, trainer, blessed)
        serving_check = self._check_serving(examples, trainer)
        pusher = self._deployment.pusher(
            model=trainer.outputs["model"],
            model_blessing=evaluator.outputs["blessing"],
            infra_blessing=serving_check.outputs["blessing"],
        )
        pusher.add_upstream_node(data_gate)
        report = Report(
            evaluation=evaluator.outputs["evaluation"],
            model=trainer.outputs["model"],
            model_run=trainer.outputs["model_run"],
            examples=examples,
            quarantine=example_gen.outputs["quarantine"],
            statistics=statistics_gen.outputs["statistics"],
            anomalies=example_validator.outputs["anomalies"],
            data_verdict=data_validator.outputs["verdict"],
            infra_blessing=serving_check.outputs["blessing"],
            pushed_model=pusher.outputs["pushed_model"],
            text_fields=self._text_fields,
            taxonomy=self._taxonomy,
            settings=self._settings.report,
            run_settings=_shown_settings(self._settings),
            metadata_file=self._deployment.layout.metadata if self._deployment.metadata else None,
        )
        return [
            *(example_gen, statistics_gen, reviewed_schema, example_validator, transform, blessed),
            *(data_validator, data_gate, trainer, evaluator, serving_check, pusher, report),
            *self._score_batch(trainer, evaluator),
        ]

    def _read_data(self) -> JsonExampleGen:
        policy = self._settings.data.row_policy(self._text_fields, self._taxonomy, self._split_rule)
        example_gen = JsonExampleGen(self._inputs.data, policy).with_id(ids.EXAMPLE_GEN)
        _let_differ(self._deployment, example_gen, "input_base", DATA_FOLDER)
        return example_gen

    def _validate(self, examples: BaseChannel) -> tuple[BaseComponent, ...]:
        """Statistics, the reviewed schema, and what the one has against the other."""
        statistics_gen = StatisticsGen(examples=examples)
        schema_file = self._settings.data.schema_file
        schema_text = complete_schema(
            read_schema(schema_file),
            schema_file,
            categories=self._taxonomy.class_of,
            text_fields=self._text_fields,
            min_rows=self._settings.validation.min_split_rows,
        )
        statistics_gen = StatisticsGen(examples=examples, stats_options=statistics_options())
        reviewed_schema = ReviewedSchema(schema_text=schema_text)
        example_validator = ExampleValidator(
            statistics=statistics_gen.outputs["statistics"],
            schema=reviewed_schema.outputs["schema"],
        )
        return statistics_gen, reviewed_schema, example_validator

    def _transform(
        self, examples: BaseChannel, reviewed_schema: BaseComponent
    ) -> ProfiledTransform:
        return ProfiledTransform(
            examples=examples,
            schema=reviewed_schema.outputs["schema"],
            preprocessing_fn=PREPROCESSING_FN,
            disable_statistics=True,
            custom_config={
                "text_fields": self._text_fields,
                "taxonomy": self._taxonomy.to_config(),
                "tokenizer": self._settings.checkpoint.source,
                "tokenizer_fingerprint": self._settings.checkpoint.fingerprint,
                "max_length": self._settings.text.max_length,
            },
        ).with_id(ids.TRANSFORM)

    def _train(
        self, transform: ProfiledTransform, reviewed_schema: BaseComponent, blessed: Resolver
    ) -> Trainer:
        recipe, checkpoint = self._settings.trainer, self._settings.checkpoint
        return self._deployment.trainer(
            run_fn=RUN_FN,
            examples=transform.outputs["transformed_examples"],
            transform_graph=transform.outputs["transform_graph"],
            schema=reviewed_schema.outputs["schema"],
            base_model=blessed.outputs["model"] if recipe.warm_start else None,
            train_args=trainer_pb2.TrainArgs(splits=[TRAIN]),
            eval_args=trainer_pb2.EvalArgs(splits=[EVAL]),
            custom_config={
                "recipe": recipe.model_dump(),
                "text_fields": self._text_fields,
                "max_length": self._settings.text.max_length,
                "checkpoint": checkpoint.source,
                "checkpoint_fingerprint": checkpoint.fingerprint,
            },
        )

    def _judge(self, examples: BaseChannel, trainer: Trainer, blessed: Resolver) -> GateEvaluator:
        evaluator = GateEvaluator(
            examples=examples,
            example_splits=[self._judged],
            model=trainer.outputs["model"],
            baseline_model=blessed.outputs["model"],
            eval_config=make_eval_config(self._settings.gate, len(self._taxonomy.class_names)),
        ).with_id(ids.EVALUATOR)
        _let_differ(self._deployment, evaluator, "eval_config", EVAL_CONFIG)
        return evaluator

    def _check_serving(self, examples: BaseChannel, trainer: Trainer) -> BaseComponent:
        """Asks the export as clients will, with or without Docker."""
        model, check = trainer.outputs["model"], self._settings.serving_check
        if check.infra_validator:
            return infra_validator(model, examples, self._judged, check)
        return ServingCheck(
            model=model,
            examples=examples,
            text_fields=json.dumps(self._text_fields),
            max_length=self._settings.text.max_length,
            golden=check.golden_rows,
            tolerance=check.tolerance,
            timeout_seconds=check.timeout_seconds,
            max_latency_ms=check.max_latency_ms,
        )

    def _score_batch(self, trainer: Trainer, evaluator: GateEvaluator) -> list[BaseComponent]:
        """Scores rows without a category with the new model, if it is blessed."""
        if not self._inputs.batch:
            return []
        policy = self._settings.data.row_policy(self._text_fields, taxonomy=None)
        example_gen = JsonExampleGen(self._inputs.batch, policy).with_id(ids.BATCH_EXAMPLE_GEN)
        return [example_gen, _bulk_inferrer(example_gen, trainer, evaluator)]


def _let_differ(
    deployment: Deployment, component: BaseComponent, execution_property: str, name: str
) -> None:
    """Makes a property a parameter of the submission; the component's own class takes text only."""
    properties = component.exec_properties
    properties[execution_property] = deployment.parameter(name, properties[execution_property])


def _shown_settings(settings: Settings) -> dict[str, Any]:
    """What the report shows of the settings: no paths of this machine, which change nothing."""
    return {
        name: getattr(settings, name).model_dump(
            mode="json", exclude={"files", "taxonomy", "schema_file"}
        )
        for name in SHOWN_SETTINGS
    }


def _bulk_inferrer(
    example_gen: JsonExampleGen, trainer: Trainer, evaluator: GateEvaluator
) -> BulkInferrer:
    scores = bulk_inferrer_pb2.PredictOutputCol(output_key=Output.SCORES, output_column="scores")
    return BulkInferrer(
        examples=example_gen.outputs["examples"],
        model=trainer.outputs["model"],
        model_blessing=evaluator.outputs["blessing"],
        model_spec=bulk_inferrer_pb2.ModelSpec(model_signature_name=[Signature.EXAMPLES]),
        output_example_spec=bulk_inferrer_pb2.OutputExampleSpec(
            output_columns_spec=[
                bulk_inferrer_pb2.OutputColumnsSpec(
                    predict_output=bulk_inferrer_pb2.PredictOutput(output_columns=[scores])
                )
            ]
        ),
    )
