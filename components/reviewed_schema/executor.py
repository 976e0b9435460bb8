"""The executor of ReviewedSchema: a text in, a Schema artifact out."""

from __future__ import annotations

import os
from typing import Any

from tfx import types
from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import artifact_utils
from tfx.utils import io_utils

_FILE = "schema.pbtxt"  # where StatisticsGen, ExampleValidator and Transform look for it


class Executor(BaseExecutor):
    """Writes the text into the artifact."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """TFX's entry point; see `component.ReviewedSchemaSpec`."""
        schema = artifact_utils.get_single_instance(output_dict["schema"])
        io_utils.write_string_file(os.path.join(schema.uri, _FILE), exec_properties["schema_text"])
