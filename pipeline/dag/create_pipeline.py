"""The DAG, the same for every runner: rows in, a gated model out."""

from __future__ import annotations

from typing import Any

from tfx.components import (
    BulkInferrer,
    ExampleValidator,
    InfraValidator,
    StatisticsGen,
    Trainer,
    Transform,
)
from tfx.components.example_gen.component import FileBasedExampleGen
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.common.resolver import Resolver
from tfx.dsl.input_resolution.strategies.latest_blessed_model_strategy import (
    LatestBlessedModelStrategy,
)
from tfx.orchestration.pipeline import Pipeline
from tfx.proto import bulk_inferrer_pb2, trainer_pb2
from tfx.types import BaseChannel, Channel
from tfx.types.standard_artifacts import Model, ModelBlessing

from components.evaluation.evaluator import GateEvaluator
from components.evaluation.gate import make_eval_config
from components.json_example_gen.component import json_example_gen
from components.preprocessing.taxonomy import load_taxonomy
from components.report.component import Report
from components.reviewed_schema.component import ReviewedSchema
from components.reviewed_schema.schema_file import read_schema
from components.serving.signatures import EXAMPLES_SIGNATURE, SCORES_OUTPUT
from components.serving_check.component import ServingCheck
from components.serving_check.infra_validator import infra_validator
from pipeline.dag.deployment import Deployment
from pipeline.dag.fingerprint import code_fingerprint
from pipeline.dag.parameters import DATA_FOLDER, EVAL_CONFIG
from pipeline.settings import Settings

BATCH_SPLIT = "batch"
JSON_EXAMPLE_GEN = "components.json_example_gen.executor"
PREPROCESSING_FN = "components.preprocessing.transform.preprocessing_fn"
RUN_FN = "trainer_module.run_fn"
SHOWN_SETTINGS = ("trainer", "checkpoint", "text", "gate", "data")
"""Sections of the settings that the run's report shows."""


def create_pipeline(settings: Settings, deployment: Deployment) -> Pipeline:
    """Builds the DAG.

    Args:
        settings: of the run, with its inputs resolved (see `pipeline.inputs.resolve_inputs`).
        deployment: what the runner adds.

    Returns:
        ExampleGen -> StatisticsGen -> ReviewedSchema -> ExampleValidator -> Transform ->
        Resolver -> Trainer -> Evaluator, ServingCheck -> Pusher -> Report, and BulkInferrer where
        a batch is set.
    """
    assert settings.data.files, "resolve_inputs sets it"
    taxonomy = load_taxonomy(settings.data.taxonomy, settings.data.optional_classes)
    example_gen = json_example_gen(
        files=settings.data.files,
        taxonomy=taxonomy,
        splits={
            "train": 1 - settings.data.eval_fraction,
            "eval": settings.data.eval_fraction,
        },
        unknown_category=settings.data.unknown_category,
        max_quarantined_fraction=settings.data.max_quarantined_fraction,
    ).with_id("JsonExampleGen")
    _let_differ(deployment, example_gen, "input_base", DATA_FOLDER)
    examples = example_gen.outputs["examples"]
    statistics_gen = StatisticsGen(examples=examples)
    reviewed_schema = ReviewedSchema(read_schema(settings.data.schema_file))
    schema = reviewed_schema.outputs["schema"]
    example_validator = ExampleValidator(
        statistics=statistics_gen.outputs["statistics"], schema=schema
    )
    transform = Transform(
        examples=examples,
        schema=schema,
        preprocessing_fn=PREPROCESSING_FN,
        disable_statistics=True,
        custom_config={
            "taxonomy": taxonomy.to_config(),
            "tokenizer": settings.checkpoint.source,
            "tokenizer_fingerprint": settings.checkpoint.fingerprint,
            "max_length": settings.text.max_length,
        },
    )
    blessed = Resolver(
        strategy_class=LatestBlessedModelStrategy,
        model=Channel(type=Model),
        model_blessing=Channel(type=ModelBlessing),
    ).with_id("LatestBlessedModel")
    trainer = deployment.trainer(
        run_fn=RUN_FN,
        examples=transform.outputs["transformed_examples"],
        transform_graph=transform.outputs["transform_graph"],
        schema=schema,
        base_model=blessed.outputs["model"] if settings.trainer.warm_start else None,
        train_args=trainer_pb2.TrainArgs(splits=["train"]),
        eval_args=trainer_pb2.EvalArgs(splits=["eval"]),
        custom_config={
            "recipe": settings.trainer.model_dump(),
            "max_length": settings.text.max_length,
            "checkpoint": settings.checkpoint.source,
            "checkpoint_fingerprint": settings.checkpoint.fingerprint,
        },
    )
    evaluator = GateEvaluator(
        examples=examples,
        model=trainer.outputs["model"],
        baseline_model=blessed.outputs["model"],
        eval_config=make_eval_config(settings.gate, len(taxonomy.class_names)),
    ).with_id("Evaluator")
    _let_differ(deployment, evaluator, "eval_config", EVAL_CONFIG)
    serving_check = _check_serving(settings, trainer, examples)
    pusher = deployment.pusher(
        model=trainer.outputs["model"],
        model_blessing=evaluator.outputs["blessing"],
        infra_blessing=serving_check.outputs["blessing"],
    )
    report = Report(
        evaluation=evaluator.outputs["evaluation"],
        model=trainer.outputs["model"],
        model_run=trainer.outputs["model_run"],
        examples=examples,
        statistics=statistics_gen.outputs["statistics"],
        anomalies=example_validator.outputs["anomalies"],
        infra_blessing=serving_check.outputs["blessing"],
        pushed_model=pusher.outputs["pushed_model"],
        taxonomy=taxonomy,
        settings=settings.report,
        run_settings=_shown_settings(settings),
        metadata_file=deployment.layout.metadata if deployment.metadata else None,
    )
    entry_modules = {
        example_gen: JSON_EXAMPLE_GEN,
        transform: PREPROCESSING_FN.rpartition(".")[0],
        trainer: RUN_FN.rpartition(".")[0],
        evaluator: "components.evaluation.evaluator",
        serving_check: "components.serving_check.executor",
        report: "components.report.executor",
    }
    batch_steps: list[BaseComponent] = []
    if settings.batch.files:
        batch_example_gen = _read_batch(settings)
        entry_modules[batch_example_gen] = JSON_EXAMPLE_GEN
        batch_steps = [batch_example_gen, _predict_batch(batch_example_gen, trainer, evaluator)]
    for component, module in entry_modules.items():
        deployment.key_cache_by_code(component, code_fingerprint(module))
    return Pipeline(
        pipeline_name=settings.name,
        pipeline_root=deployment.layout.artifacts,
        components=[
            example_gen,
            statistics_gen,
            reviewed_schema,
            example_validator,
            transform,
            blessed,
            trainer,
            evaluator,
            serving_check,
            pusher,
            report,
            *batch_steps,
        ],
        enable_cache=True,
        metadata_connection_config=deployment.metadata,
        beam_pipeline_args=deployment.beam_args,
    )


def _let_differ(
    deployment: Deployment, component: BaseComponent, execution_property: str, name: str
) -> None:
    """Makes a property a parameter of the submission; the component's own class takes text only."""
    properties = component.exec_properties
    properties[execution_property] = deployment.parameter(name, properties[execution_property])


def _shown_settings(settings: Settings) -> dict[str, Any]:
    """What the report shows of the settings: no paths of this machine, which change nothing."""
    return {
        name: getattr(settings, name).model_dump(mode="json", exclude={"taxonomy", "schema_file"})
        for name in SHOWN_SETTINGS
    }


def _check_serving(
    settings: Settings, trainer: Trainer, examples: BaseChannel
) -> ServingCheck | InfraValidator:
    """Asks the export as clients will, with or without Docker."""
    model, check = trainer.outputs["model"], settings.serving_check
    if check.infra_validator:
        return infra_validator(model, examples, check)
    return ServingCheck(model, examples, settings.text.max_length, check)


def _read_batch(settings: Settings) -> FileBasedExampleGen:
    """Rows without a category."""
    assert settings.batch.files, "resolve_inputs checks it"
    return json_example_gen(
        files=settings.batch.files,
        taxonomy=None,
        splits={BATCH_SPLIT: 1.0},
        unknown_category="quarantine",
        max_quarantined_fraction=settings.data.max_quarantined_fraction,
    ).with_id("BatchExampleGen")


def _predict_batch(
    example_gen: FileBasedExampleGen, trainer: Trainer, evaluator: GateEvaluator
) -> BulkInferrer:
    """Scores rows with the new model, if it is blessed."""
    scores = bulk_inferrer_pb2.PredictOutputCol(output_key=SCORES_OUTPUT, output_column="scores")
    return BulkInferrer(
        examples=example_gen.outputs["examples"],
        model=trainer.outputs["model"],
        model_blessing=evaluator.outputs["blessing"],
        model_spec=bulk_inferrer_pb2.ModelSpec(model_signature_name=[EXAMPLES_SIGNATURE]),
        output_example_spec=bulk_inferrer_pb2.OutputExampleSpec(
            output_columns_spec=[
                bulk_inferrer_pb2.OutputColumnsSpec(
                    predict_output=bulk_inferrer_pb2.PredictOutput(output_columns=[scores])
                )
            ]
        ),
    )
