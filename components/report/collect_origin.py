"""Section 'origin': recipe, checkpoint, tokenizer, versions, and what took how long."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any

from tfx.types import Artifact
from tfx.utils import path_utils

from components.checkpoint.fine_tuned import fine_tuned_checkpoint, read_origin
from components.files import exists, read_text
from components.report.content import Origin, Step
from components.serving.extra_assets import PARITY_FILE

_LIBRARIES = (
    "tfx",
    "tensorflow",
    "tensorflow-text",
    "tensorflow-transform",
    "tensorflow-model-analysis",
    "tf-keras",
    "transformers",
    "tokenizers",
    "apache-beam",
)
_SHAPE = {
    "model_type": "architecture",
    "num_hidden_layers": "layers",
    "hidden_size": "units",
    "num_attention_heads": "attention heads",
    "vocab_size": "vocabulary",
}


def collect_origin(
    model: Artifact, settings: Mapping[str, Mapping[str, Any]], steps: Sequence[Step]
) -> Origin:
    """Says where the model comes from.

    Args:
        model: of the Trainer, with the fine-tuned checkpoint beside the export.
        settings: of the run by section and field.
        steps: what is known of the components' times.
    """
    export = path_utils.serving_model_path(model.uri)
    return Origin(
        settings={
            section: {name: _text(value) for name, value in fields.items()}
            for section, fields in settings.items()
        },
        checkpoint=[
            *_checkpoint_facts(fine_tuned_checkpoint(export)),
            *_tokenizer_facts(os.path.join(export, PARITY_FILE)),
        ],
        libraries={name: metadata.version(name) for name in _LIBRARIES},
        steps=steps,
    )


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _checkpoint_facts(folder: str) -> Iterator[tuple[str, str]]:
    fingerprint = read_origin(folder)
    if fingerprint:
        yield "fingerprint of the checkpoint it started from", fingerprint
    config = _read_json(os.path.join(folder, "config.json"))
    for field, words in _SHAPE.items():
        if field in config:
            value = config[field]
            yield words, f"{value:,}" if isinstance(value, int) else str(value)


def _tokenizer_facts(parity_file: str) -> Iterator[tuple[str, str]]:
    parity = _read_json(parity_file)
    if parity:
        yield (
            "tokenizer in the graph",
            f"equal to tokenizers {parity['tokenizers_version']} on {parity['texts']:,} texts, "
            f"{parity['mismatches']} mismatches",
        )


def _read_json(path: str) -> dict[str, Any]:
    """A JSON file; empty where a model has none."""
    return json.loads(read_text(path)) if exists(path) else {}
