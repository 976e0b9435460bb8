"""Makes a plan: the model's shape, the data's lengths, and every length's step compiled."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from components.article.fields import TEXT_FIELDS
from components.errors import SettingsError
from components.preprocessing.taxonomy import Taxonomy, load_taxonomy
from pipeline.data_files import find_data_files
from pipeline.inputs import resolve_inputs
from pipeline.plan.chips import Topology
from pipeline.plan.compiler import compile_for_tpu
from pipeline.plan.environment import compiler_python
from pipeline.plan.lower_step import LoweredTraining, UnsupportedOperationError, tpu_policy
from pipeline.plan.model_shape import ModelShape, find_shape
from pipeline.plan.outcome import Outcome
from pipeline.plan.row_lengths import read_lengths, rows_of_lengths, split_lengths
from pipeline.plan.table import Plan
from pipeline.settings import Settings
from pipeline.terminal.display import RunDisplay


def make_plan(settings: Settings, topology: Topology, share: float, display: RunDisplay) -> Plan:
    """Compiles the training step of a run for every padded length.

    Args:
        settings: of the run.
        topology: to compile for.
        share: of the chips' peak, for the arithmetic.
        display: shows the stages as they go.

    Raises:
        SettingsError: a length that the model has no positions for, or unusable data.
        FailureError: no environment for the compiler.
        CheckpointError: see `find_shape` and `LoweredTraining`.
    """
    taxonomy = load_taxonomy(settings.data.taxonomy, settings.data.optional_classes)
    display.start("Model")
    if settings.demo and settings.checkpoint.source is None:
        settings = resolve_inputs(settings).settings  # the demo's, made on the spot
    shape = find_shape(settings.checkpoint, taxonomy.class_names)
    _check_lengths(settings, shape)
    config = shape.config
    size = f"{config.num_hidden_layers} layers of {config.hidden_size}"
    display.finish("done", f"{config.model_type}, {size}: {shape.origin}")

    display.start("Data")
    lengths = _data_lengths(settings, taxonomy, shape)
    display.finish("done", _describe_lengths(lengths))

    display.start("Training step")
    training = _lower_training(settings, topology, shape, lengths)
    parameters = f"{training.parameters / 1e6:.1f} million parameters"
    display.finish("done", f"{parameters}, {training.rows_a_replica} rows a core")
    return Plan(
        topology=topology,
        precision=tpu_policy(settings.trainer),
        rows_a_replica=training.rows_a_replica,
        outcomes=_compile_all(training, topology, display),
        steps_an_epoch=None if lengths is None else training.steps_an_epoch,
        epochs=settings.trainer.epochs,
        share=share,
    )


def _check_lengths(settings: Settings, shape: ModelShape) -> None:
    wanted = {
        "trainer.bucket_lengths": max(settings.trainer.bucket_lengths or [0]),
        "text.max_length": settings.text.max_length,
    }
    for setting, length in wanted.items():
        if length > shape.longest_row:
            raise SettingsError(
                f"{setting}: {length} tokens, and the model has positions for {shape.longest_row}"
            )


def _data_lengths(settings: Settings, taxonomy: Taxonomy, shape: ModelShape) -> np.ndarray | None:
    if not settings.data.files or not shape.tokenizer:
        return None
    return read_lengths(
        find_data_files("data.files", settings.data.files).patterns,
        TEXT_FIELDS,
        taxonomy,
        shape.tokenizer,
        settings.text.max_length,
        settings.data.fields,
    )


def _describe_lengths(lengths: np.ndarray | None) -> str:
    if lengths is None:
        return "no lengths of rows, for want of data or of the checkpoint's tokenizer"
    return (
        f"{len(lengths):,} rows of {lengths.mean():.1f} tokens on average, {lengths.max()} at most"
    )


def _lower_training(
    settings: Settings, topology: Topology, shape: ModelShape, lengths: np.ndarray | None
) -> LoweredTraining:
    recipe = settings.trainer
    if lengths is None:
        # A batch of every length that the settings name.
        longest = recipe.bucket_lengths or [settings.text.max_length]
        train, evaluated = np.repeat(longest, recipe.batch_size), np.zeros(0, int)
    else:
        train, evaluated = split_lengths(
            lengths, settings.data.eval_fraction, settings.data.test_fraction, recipe.seed
        )
    return LoweredTraining(
        shape.config, recipe, topology.replicas, rows_of_lengths(train), rows_of_lengths(evaluated)
    )


def _compile_all(
    training: LoweredTraining, topology: Topology, display: RunDisplay
) -> Mapping[int, Outcome]:
    outcomes = {}
    display.start("TPU compiler")
    with compiler_python() as python:
        display.finish("done", f"jax and libtpu in {python.parents[1]}")
        for length in training.steps_an_epoch:
            display.start(f"Length {length}")
            display.tell("lowering the step")
            try:
                outcome = compile_for_tpu(python, training.lower(length), topology)
            except UnsupportedOperationError as error:
                outcome = Outcome("error", reason=f"XLA has no kernel for {error}")
            outcomes[length] = outcome
            fits = outcome.fits == "yes"
            display.finish("done" if fits else "failed", "fits" if fits else outcome.reason)
    return outcomes
