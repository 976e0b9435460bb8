"""Exports a checkpoint for `serving.py`: the SavedModel, and the head's weights for PyTorch.

usage: serving_export.py FOLDER [CHECKPOINT]
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from components.article.fields import CATEGORY, DATE, TEXT_FIELDS
from components.classifier.model import load_classifier
from components.preprocessing.taxonomy import load_taxonomy
from components.preprocessing.transform import preprocessing_fn
from components.serving.served_classifier import ServedClassifier
from components.tokenizer import compile_tokenizer
from pipeline.demo.sample import write_sample
from pipeline.demo.starter_checkpoint import build_starter_checkpoint
from pipeline.settings import DataSettings

MAX_LENGTH = 128
NAMES = (*TEXT_FIELDS, CATEGORY, DATE)


def main(folder: Path, checkpoint: Path | None) -> None:
    """Writes `saved_model`, `transform`, `checkpoint` and `head.npz` into `folder`."""
    if checkpoint is None:
        write_sample(folder / "sample.json", count=2_000, seed=1)
        checkpoint = build_starter_checkpoint(folder / "starter", folder / "sample.json")
    shutil.copytree(checkpoint, folder / "checkpoint")
    taxonomy = load_taxonomy(DataSettings().taxonomy)
    config = {
        "text_fields": TEXT_FIELDS,
        "taxonomy": taxonomy.to_config(),
        "tokenizer": str(checkpoint),
        "max_length": MAX_LENGTH,
    }
    specification = {name: tf.io.FixedLenFeature([1], tf.string) for name in NAMES}
    metadata = dataset_metadata.DatasetMetadata(
        schema_utils.schema_from_feature_spec(specification)
    )
    with tft_beam.Context(temp_dir=str(folder / "scratch")):
        row = {name: [b"POLITICS"] for name in NAMES}
        _, transform_fn = ([row], metadata) | tft_beam.AnalyzeAndTransformDataset(
            lambda inputs: preprocessing_fn(inputs, config)
        )
        transform_fn | tft_beam.WriteTransformFn(str(folder / "transform"))
    model = load_classifier(str(checkpoint), taxonomy.class_names, seed=1)
    transform = tft.TFTransformOutput(str(folder / "transform"))
    sub_words = compile_tokenizer(checkpoint, MAX_LENGTH).pieces
    ServedClassifier(model, transform, sub_words, TEXT_FIELDS).export(str(folder / "saved_model"))
    head = {v.name.split("classifier/")[-1]: v.numpy() for v in model.classifier.variables}
    np.savez(folder / "head.npz", **{name.replace("/", "."): v for name, v in head.items()})
    (folder / "names.json").write_text(json.dumps(taxonomy.class_names), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
