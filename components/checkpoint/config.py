"""Reads a checkpoint's config.json: no code, no value of a wrong type, no absurd size."""

from __future__ import annotations

import json
import reprlib
from pathlib import Path
from typing import Any

from components.checkpoint.architectures import SUPPORTED
from components.checkpoint.config_values import faults
from components.checkpoint.files import CONFIG_FILE, check_file
from components.errors import CheckpointError
from components.printable import printable, reason

_MOST_BYTES = 1 << 20


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
    if document.pop("auto_map", None):
        raise CheckpointError(
            f"{path}: auto_map asks for code of the checkpoint's own, which is never run; take a "
            "checkpoint of an architecture that transformers has, and remove auto_map"
        )
    kind = document.get("model_type")
    if kind not in SUPPORTED:
        raise CheckpointError(
            f"{path}: model_type is {kind!r}, and supported are {', '.join(SUPPORTED)}"
        )
    from transformers import CONFIG_MAPPING

    for name, value, fault in faults(document, CONFIG_MAPPING[kind]()):
        raise CheckpointError(f"{path}: {printable(name)} is {reprlib.repr(value)}, {fault}")
    try:
        config = CONFIG_MAPPING[kind].from_dict(document)
    except Exception as error:  # whatever a constructor makes of values that it did not expect
        raise CheckpointError(f"{path}: transformers cannot read it: {reason(error)}") from error
    config.return_dict = True  # what a model answers with is not the checkpoint's to say
    return config


def _parse(path: Path) -> dict[str, Any]:
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
