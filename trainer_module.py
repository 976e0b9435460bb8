"""The Trainer's user code: strategy -> data -> model -> fit -> export."""

from __future__ import annotations

import os
import tempfile

from components import progress  # before TensorFlow: chooses Keras 2
from components.checkpoint.resolve import localize

import tensorflow_transform as tft  # isort: skip
from tfx.components.trainer.fn_args_utils import FnArgs  # isort: skip

from components.checkpoint.check import check_checkpoint
from components.checkpoint.fine_tuned import fine_tuned_checkpoint, started_from, write_fine_tuned
from components.classifier.batches import check_token_ids, read_rows
from components.classifier.history import write_history, write_scalars
from components.classifier.model import copy_to_host, dropout_generators, load_classifier
from components.classifier.recipe import Recipe
from components.classifier.resume import Snapshots, training_key
from components.classifier.strategy import pick_precision, pick_strategy
from components.classifier.training import Epoch, Trainer
from components.data_validation.profile import (
    copy_data_profile,
    read_graph_profile,
    reason_not_apart,
)
from components.preprocessing.class_names import transform_class_names
from components.serving.extra_assets import write_parity_proof, write_warm_up_requests
from components.serving.served_classifier import ServedClassifier
from components.tokenizer import compile_tokenizer


def run_fn(fn_args: FnArgs) -> None:
    """Fine-tunes the checkpoint on Transform's examples and exports the served model.

    Args:
        fn_args: TFX's; `custom_config` holds `recipe` (a `Recipe` as a dictionary), `checkpoint`
            (the folder to start from), `checkpoint_fingerprint`, `text_fields` and `max_length`
            (tokens kept of a text).
    """
    config = fn_args.custom_config
    recipe, max_length = Recipe.model_validate(config["recipe"]), int(config["max_length"])
    transform = tft.TFTransformOutput(fn_args.transform_output)
    class_names = transform_class_names(transform)

    strategy = pick_strategy(recipe.strategy)
    specification = transform.transformed_feature_spec()
    train_rows = read_rows(fn_args.train_files, specification)
    eval_rows = read_rows(fn_args.eval_files, specification)
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = localize(config["checkpoint"], os.path.join(scratch, "checkpoint"))
        check_checkpoint(checkpoint, max_length)
        tokenizer = compile_tokenizer(checkpoint, max_length)
        start = localize(_find_blessed(fn_args) or checkpoint, os.path.join(scratch, "start"))
        with strategy.scope():
            policy = pick_precision(strategy, recipe.precision)
            model = load_classifier(start, class_names, recipe.seed, policy)
        for rows in (train_rows, eval_rows):
            check_token_ids(rows, model.config.vocab_size)

        trainer = Trainer(model, strategy, recipe, train_rows, eval_rows)
        digests = [train_rows.digest, eval_rows.digest]
        snapshots = Snapshots(
            folder=fn_args.model_run_dir,
            key=training_key(config, class_names, digests, fn_args.base_model),
            minutes=recipe.checkpoint_minutes,
            state=trainer.state,
            model=model,
            optimizer=trainer.optimizer,
            generators=dropout_generators(model),
        )
        if snapshots.restore():
            progress.tell(
                f"goes on from epoch {trainer.state.epoch + 1}, step {trainer.state.step + 1}"
            )

        def record(epoch: Epoch) -> None:
            write_scalars(fn_args.model_run_dir, epoch)

        write_history(fn_args.model_run_dir, trainer.fit(record, snapshots))
        trained = copy_to_host(model)
        export = fn_args.serving_model_dir
        text_fields = config["text_fields"]
        ServedClassifier(trained, transform, tokenizer.pieces, text_fields).export(export)
        write_warm_up_requests(export, text_fields)
        write_parity_proof(export, tokenizer.parity)
        copy_data_profile(fn_args.transform_output, export)
        write_fine_tuned(
            trained, checkpoint, config["checkpoint_fingerprint"], fine_tuned_checkpoint(export)
        )
    snapshots.delete()


def _find_blessed(fn_args: FnArgs) -> str | None:
    """The last blessed model's weights, if training is to start from them and can."""
    if not fn_args.base_model:
        return None
    folder = fine_tuned_checkpoint(fn_args.base_model)
    if not started_from(folder, fn_args.custom_config["checkpoint_fingerprint"]):
        progress.tell(f"no warm start: {folder} was not made from checkpoint.source")
        return None
    today = read_graph_profile(fn_args.transform_output).split_rule
    if reason := reason_not_apart(fn_args.base_model, today):
        progress.tell(f"no warm start: the blessed model {reason}")
        return None
    progress.tell(f"warm start from {folder}")
    return folder
