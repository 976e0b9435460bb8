"""Which files a run reads, and what is known of them: listed and counted before, or by patterns."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from components.errors import DataError
from components.file_patterns import unescape
from components.json_example_gen.row_policy import RowPolicy
from components.row_files.survey import FileSurvey, survey_file

POLICY, SURVEYS = "policy", "surveys"
"""Names in the component's `custom_config`, whose values are JSON texts: it knows no integers."""


@dataclass(frozen=True)
class DataFiles:
    """The files of a run.

    Attributes:
        patterns: of paths, at least one.
        surveys: of the files that match; empty where they are to be found by whoever reads them, as
            those on gs:// are.
    """

    patterns: Sequence[str]
    surveys: Sequence[FileSurvey] = ()

    @property
    def folder(self) -> str:
        """The folder that all patterns are below, by their names alone."""
        parts = os.path.commonprefix([os.path.dirname(each).split("/") for each in self.patterns])
        folder = "/".join(parts)
        return f"{folder}/" if folder.endswith(":/") else folder

    @property
    def names(self) -> list[str]:
        """The patterns below that folder."""
        return [each.removeprefix(self.folder).lstrip("/") for each in self.patterns]


def to_config(policy: RowPolicy, surveys: Sequence[FileSurvey]) -> dict[str, str]:
    """What the component's `custom_config` holds."""
    return {POLICY: policy.to_json(), SURVEYS: json.dumps([asdict(each) for each in surveys])}


def read_config(exec_properties: Mapping[str, Any]) -> tuple[RowPolicy, list[FileSurvey]]:
    """Inverse of `to_config`, from the properties of an execution."""
    config = json.loads(exec_properties["custom_config"])["custom_config"]["value"]
    surveys = [FileSurvey.from_config(each) for each in json.loads(config[SURVEYS])]
    return RowPolicy.from_json(config[POLICY]), surveys


def find_surveys(exec_properties: Mapping[str, Any]) -> tuple[RowPolicy, list[FileSurvey]]:
    """The policy of an execution, and the files that it is to read.

    Raises:
        DataError: no file matches, or see `survey_file`.
    """
    import tensorflow as tf

    policy, surveys = read_config(exec_properties)
    if surveys:
        return policy, surveys
    splits = json.loads(exec_properties["input_config"])["splits"]
    patterns = [f"{exec_properties['input_base'].rstrip('/')}/{each['pattern']}" for each in splits]
    paths: dict[str, None] = {}
    for pattern in patterns:
        found = sorted(tf.io.gfile.glob(pattern))
        if not found:
            raise DataError(f"data.files: no file matches {unescape(pattern)}")
        paths.update(dict.fromkeys(found))
    return policy, [survey_file(path) for path in paths]
