"""The DAG, the same for every runner: rows in, a gated model out."""

from __future__ import annotations

from tfx.components import (
    BulkInferrer,
    ExampleValidator,
    Pusher,
    StatisticsGen,
    Trainer,
    Transform,
)
from tfx.components.schema_gen.import_schema_gen.component import ImportSchemaGen
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.common.resolver import Resolver
from tfx.dsl.input_resolution.strategies.latest_blessed_model_strategy import (
    LatestBlessedModelStrategy,
)
from tfx.orchestration import metadata
from tfx.orchestration.pipeline import Pipeline
from tfx.proto import bulk_inferrer_pb2, pusher_pb2, trainer_pb2
from tfx.types import Channel
from tfx.types.standard_artifacts import Model, ModelBlessing

from components.classifier.serving import EXAMPLES_SIGNATURE, SCORES_OUTPUT
from components.evaluation.evaluator import GateEvaluator
from components.evaluation.gate import make_eval_config
from components.json_example_gen.component import json_example_gen
from components.preprocessing.taxonomy import load_taxonomy
from components.report.component import Report
from pipeline.fingerprint import code_fingerprint
from pipeline.layout import OutputLayout
from pipeline.settings import Settings

BATCH_SPLIT = "batch"
JSON_EXAMPLE_GEN = "components.json_example_gen.executor"
PREPROCESSING_FN = "components.preprocessing.transform.preprocessing_fn"
RUN_FN = "trainer_module.run_fn"
SHOWN_SETTINGS = ("trainer", "checkpoint", "text", "gate", "data")
"""Sections of the settings that the run's report shows."""


def create_pipeline(settings: Settings) -> Pipeline:
    """Builds the DAG.

    Args:
        settings: of the run, with its inputs resolved (see `pipeline.inputs.resolve_inputs`).

    Returns:
        ExampleGen -> StatisticsGen -> ImportSchemaGen -> ExampleValidator -> Transform ->
        Resolver -> Trainer -> Evaluator -> Pusher -> Report, and BulkInferrer where a batch is set.
    """
    assert settings.data.files, "resolve_inputs sets it"
    layout = OutputLayout(settings.output)
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
    examples = example_gen.outputs["examples"]
    statistics_gen = StatisticsGen(examples=examples)
    schema_gen = ImportSchemaGen(schema_file=str(settings.data.schema_file))
    schema = schema_gen.outputs["schema"]
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
    trainer = Trainer(
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
    pusher = Pusher(
        model=trainer.outputs["model"],
        model_blessing=evaluator.outputs["blessing"],
        push_destination=pusher_pb2.PushDestination(
            filesystem=pusher_pb2.PushDestination.Filesystem(base_directory=layout.serving)
        ),
    )
    report = Report(
        evaluation=evaluator.outputs["evaluation"],
        model=trainer.outputs["model"],
        model_run=trainer.outputs["model_run"],
        examples=examples,
        statistics=statistics_gen.outputs["statistics"],
        anomalies=example_validator.outputs["anomalies"],
        infra_blessing=None,
        pushed_model=pusher.outputs["pushed_model"],
        taxonomy=taxonomy,
        settings=settings.report,
        run_settings={name: getattr(settings, name).model_dump() for name in SHOWN_SETTINGS},
        metadata_file=layout.metadata,
    )
    batch_steps = _predict_batch(settings, trainer, evaluator) if settings.batch.files else []
    _make_cache_follow_code(
        {
            example_gen: JSON_EXAMPLE_GEN,
            transform: PREPROCESSING_FN.rpartition(".")[0],
            trainer: RUN_FN.rpartition(".")[0],
            evaluator: "components.evaluation.evaluator",
            report: "components.report.executor",
        }
    )
    return Pipeline(
        pipeline_name=settings.name,
        pipeline_root=layout.artifacts,
        components=[
            example_gen,
            statistics_gen,
            schema_gen,
            example_validator,
            transform,
            blessed,
            trainer,
            evaluator,
            pusher,
            report,
            *batch_steps,
        ],
        enable_cache=True,
        metadata_connection_config=metadata.sqlite_metadata_connection_config(layout.metadata),
        beam_pipeline_args=list(settings.beam_args),
    )


def _predict_batch(
    settings: Settings, trainer: Trainer, evaluator: GateEvaluator
) -> list[BaseComponent]:
    """Scores rows without a category with the new model, if it is blessed."""
    assert settings.batch.files, "resolve_inputs checks it"
    example_gen = json_example_gen(
        files=settings.batch.files,
        taxonomy=None,
        splits={BATCH_SPLIT: 1.0},
        unknown_category="quarantine",
        max_quarantined_fraction=settings.data.max_quarantined_fraction,
    ).with_id("BatchExampleGen")
    scores = bulk_inferrer_pb2.PredictOutputCol(output_key=SCORES_OUTPUT, output_column="scores")
    bulk_inferrer = BulkInferrer(
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
    _make_cache_follow_code({example_gen: JSON_EXAMPLE_GEN})
    return [example_gen, bulk_inferrer]


def _make_cache_follow_code(entry_modules: dict[BaseComponent, str]) -> None:
    """Puts the fingerprint of the code that a component runs into its cache key.

    The executor's extra flags are part of that key, and the executors ignore them.
    """
    for component, module in entry_modules.items():
        component.executor_spec.add_extra_flags([f"--code_fingerprint={code_fingerprint(module)}"])
