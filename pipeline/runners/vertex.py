"""Compiles the pipeline for Vertex AI Pipelines: `tfx pipeline create --engine=vertex`."""

from __future__ import annotations

from pipeline.runners.arguments import run_with_settings
from pipeline.vertex.compile import run_compiler

if __name__ == "__main__":
    run_with_settings("vertex", run_compiler)
