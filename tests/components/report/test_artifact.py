"""Artifact types of ours, which every runner has to find by their names."""

from __future__ import annotations

import pytest
from tfx.orchestration.kubeflow.v2 import compiler_utils
from tfx.types import Artifact
from tfx.utils import import_utils

from components.data_validation.artifact import DataFindings
from components.report.artifact import RunReport


@pytest.mark.parametrize("kind", [RunReport, DataFindings])
def test_the_runner_for_vertex_takes_the_type_and_finds_its_class(kind: type[Artifact]):
    schema = compiler_utils.get_artifact_schema(kind)
    assert f"title: {kind.TYPE_NAME}" in schema
    assert import_utils.import_class_by_path(kind.TYPE_NAME) is kind
