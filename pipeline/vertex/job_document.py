"""The compiled file, and what a submission changes in it: parameters and caching."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.errors import SettingsError, file_error
from pipeline.rehearsal.job import read_job


def load_document(path: Path) -> dict[str, Any]:
    """The compiled file as JSON.

    Raises:
        SettingsError: it cannot be read, or is no compiled pipeline.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise file_error(str(path), error, "`newscat compile` writes it") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: not JSON: {error}") from error
    try:
        read_job(document)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise SettingsError(
            f"{path}: no compiled pipeline ({error!r}); `newscat compile` writes one"
        ) from error
    return document


def with_parameters(document: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The document with other values for runtime parameters.

    Args:
        document: the compiled file.
        values: by name of the parameter.

    Raises:
        SettingsError: the file has no such parameter.
    """
    changed = copy.deepcopy(dict(document))
    parameters = changed["runtimeConfig"].get("parameters", {})
    for name, value in values.items():
        if name not in parameters:
            known = ", ".join(sorted(parameters)) or "none"
            raise SettingsError(f"--parameter {name}: the compiled file has {known}")
        parameters[name] = {"stringValue": value}
    return changed


def without_cache(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with every task run anew, whatever Vertex has from earlier runs."""
    changed = copy.deepcopy(dict(document))
    for task in changed["pipelineSpec"]["root"]["dag"]["tasks"].values():
        task["cachingOptions"] = {"enableCache": False}
    return changed
