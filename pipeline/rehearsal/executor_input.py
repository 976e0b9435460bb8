"""The ExecutorInput message that Vertex AI Pipelines gives a container, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.rehearsal.artifacts import Artifact
from pipeline.rehearsal.job import Task

OUTPUT_FILE = "executor_output.json"


def executor_input(
    task: Task,
    inputs: Mapping[str, Sequence[Artifact]],
    outputs: Mapping[str, Artifact],
    folder: Path,
) -> dict[str, Any]:
    """The message.

    Args:
        task: that is to run.
        inputs: artifacts that were made for it, none for an input that nothing was found for.
        outputs: artifacts that it is to make.
        folder: of this execution, where it leaves its ExecutorOutput.
    """
    return {
        "inputs": {
            "parameters": dict(task.parameters),
            "artifacts": {name: _messages(found) for name, found in inputs.items()},
        },
        "outputs": {
            "artifacts": {name: _messages([artifact]) for name, artifact in outputs.items()},
            "outputFile": str(folder / OUTPUT_FILE),
        },
    }


def _messages(artifacts: Sequence[Artifact]) -> dict[str, Any]:
    return {"artifacts": [artifact.to_message() for artifact in artifacts]}


def read_outputs(outputs: Mapping[str, Artifact], folder: Path) -> dict[str, Artifact]:
    """The outputs with the properties that the executor gave them in its ExecutorOutput."""
    message = json.loads((folder / OUTPUT_FILE).read_text(encoding="utf-8"))
    made = {}
    for name, artifact in outputs.items():
        (said,) = message.get("artifacts", {}).get(name, {}).get("artifacts", [{}])
        metadata = {**artifact.metadata, **said.get("metadata", {})}
        uri = said.get("uri", artifact.uri)
        made[name] = Artifact(artifact.name, artifact.type, uri, metadata)
    return made
