"""Reads a checkpoint's config.json: no code, no value of a wrong type, no absurd size."""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.checkpoint.architectures import SUPPORTED
from components.checkpoint.files import CONFIG_FILE, check_file
from components.errors import CheckpointError
from components.printable import printable, reason

_MOST_BYTES = 1 << 20
_LARGEST_SIZE = 10_000_000
# Of those that have a default: transformers means a number of units, rows or layers by them.
_SIZES = (
    *("vocab_size", "hidden_size", "embedding_size", "num_hidden_layers", "num_attention_heads"),
    *("intermediate_size", "max_position_embeddings", "type_vocab_size"),
)


def read_config(folder: str | Path) -> Any:
    """The configuration of a model, `transformers.PretrainedConfig`.

    Args:
        folder: local, with a config.json.

    Raises:
        CheckpointError: the file asks for code of its own, for an architecture that is not
            supported, or holds what no such model has; the message names the field.
    """
    path = Path(folder) / CONFIG_FILE
    document = _parse(path)
    if "auto_map" in document:
        raise CheckpointError(
            f"{path}: auto_map asks for code of the checkpoint's own, which is never run; take a "
            "checkpoint of an architecture that transformers has, and remove auto_map"
        )
    kind = document.get("model_type")
    if kind not in SUPPORTED:
        raise CheckpointError(
            f"{path}: model_type is {kind!r}, and supported are {', '.join(SUPPORTED)}"
        )
    # Here, for it takes a second: whoever only looks for a checkpoint does without.
    from transformers import CONFIG_MAPPING

    _check_values(path, document, CONFIG_MAPPING[kind]())
    try:
        return CONFIG_MAPPING[kind].from_dict(document)
    except Exception as error:  # whatever a constructor makes of values that it did not expect
        raise CheckpointError(f"{path}: transformers cannot read it: {reason(error)}") from error


def _parse(path: Path) -> Mapping[str, Any]:
    check_file(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CheckpointError(f"{path}: is larger than 1 MiB, which no configuration is")
        document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: cannot be read: {reason(error)}") from error
    if not isinstance(document, dict):
        raise CheckpointError(f"{path}: is not a JSON object")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it has {twice!r} twice")
    return document


def _check_values(path: Path, document: Mapping[str, Any], defaults: Any) -> None:
    for name, value in document.items():
        fault = _fault(name, value, getattr(defaults, name, None))
        if fault:
            raise CheckpointError(f"{path}: {printable(name)} is {reprlib.repr(value)}, {fault}")
    for name in _SIZES:
        value = document.get(name, getattr(defaults, name, 1))
        if not 1 <= value <= _LARGEST_SIZE:
            raise CheckpointError(f"{path}: {name} is {value}, not from 1 to {_LARGEST_SIZE:,}")


def _fault(name: str, value: Any, default: Any) -> str:
    """What is wrong with a value; '' if nothing is, or nothing is known of such a field."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "pad_token_id":
        fine, wanted = isinstance(value, int) and is_number and value >= 0, "a token id"
    elif name == "architectures":
        fine = value is None or (
            isinstance(value, list) and all(isinstance(each, str) for each in value)
        )
        wanted = "a list of names"
    elif isinstance(default, bool):
        fine, wanted = isinstance(value, bool), "true or false"
    elif isinstance(default, int):
        fine, wanted = isinstance(value, int) and is_number, "a whole number"
    elif isinstance(default, float):
        fine, wanted = is_number and math.isfinite(value), "a finite number"
    elif isinstance(default, str):
        fine, wanted = isinstance(value, str), "a text"
    else:
        return ""
    if fine and name.endswith(("dropout", "dropout_prob", "pdrop")):
        fine, wanted = 0 <= value < 1, "a share below 1"
    if fine and name.endswith(("_eps", "_epsilon")):
        fine, wanted = 0 < value < 1, "a small number above 0"
    return "" if fine else f"not {wanted}"
