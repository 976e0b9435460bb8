"""Compiles a run to the JSON file that Vertex AI Pipelines executes."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tfx.orchestration.kubeflow.v2.kubeflow_v2_dag_runner import (
    KubeflowV2DagRunner,
    KubeflowV2DagRunnerConfig,
)

from pipeline.dag.create_pipeline import create_pipeline
from pipeline.inputs import remote_inputs
from pipeline.settings import Settings
from pipeline.vertex.deployment import VertexDeployment


def compile_pipeline(settings: Settings, path: str) -> dict[str, Any]:
    """Writes the PipelineJob; the file appears only when it is complete.

    Args:
        settings: of the run.
        path: of the JSON file to write.

    Returns:
        What was written.

    Raises:
        SettingsError: see `check_vertex`.
    """
    with tempfile.TemporaryDirectory(dir=Path(path).resolve().parent) as scratch:
        run_compiler(settings, scratch)
        written = Path(scratch) / "pipeline.json"
        job = json.loads(written.read_text(encoding="utf-8"))
        written.write_text(json.dumps(job, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(written, path)
    return job


def run_compiler(settings: Settings, folder: str | None = None) -> None:
    """Runs TFX's compiler, which leaves `pipeline.json` in `folder`."""
    deployment = VertexDeployment(settings)
    pipeline = create_pipeline(remote_inputs(settings), deployment)
    config = KubeflowV2DagRunnerConfig(
        display_name=settings.name, default_image=settings.vertex and settings.vertex.image
    )
    runner = KubeflowV2DagRunner(config, output_dir=folder, output_filename="pipeline.json")
    runner.run(pipeline, parameter_values=deployment.parameters)
