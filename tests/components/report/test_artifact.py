"""The report's artifact type, which every runner has to find by its name."""

from __future__ import annotations

from tfx.orchestration.kubeflow.v2 import compiler_utils
from tfx.utils import import_utils

from components.report.artifact import RunReport


def test_the_runner_for_vertex_takes_the_type_and_finds_its_class():
    schema = compiler_utils.get_artifact_schema(RunReport)
    assert f"title: {RunReport.TYPE_NAME}" in schema
    assert import_utils.import_class_by_path(RunReport.TYPE_NAME) is RunReport
