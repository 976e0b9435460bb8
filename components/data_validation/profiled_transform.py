"""TFX's Transform, which also measures what it made and leaves the figures beside its graph."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft
from tfx.components.transform.component import Transform
from tfx.components.transform.executor import Executor
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import Artifact, artifact_utils
from tfx.types import standard_component_specs as keys
from tfx.utils import io_utils

from components import progress
from components.data_validation.measure import measure_profile
from components.data_validation.profile import write_data_profile
from components.split_rule import read_split_rule
from components.tokenizer import compile_tokenizer


class ProfilingExecutor(Executor):
    """Writes the data profile into the folder of the Transform graph."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """TFX's entry point; see `tfx.components.transform.executor`."""
        super().Do(input_dict, output_dict, exec_properties)
        graph = artifact_utils.get_single_uri(output_dict[keys.TRANSFORM_GRAPH_KEY])
        transformed = output_dict[keys.TRANSFORMED_EXAMPLES_KEY]
        (examples,) = transformed
        progress.tell("measures the transformed rows")
        profile = measure_profile(
            {
                split: _files(artifact_utils.get_split_uri(transformed, split))
                for split in artifact_utils.decode_split_names(examples.split_names)
            },
            tft.TFTransformOutput(graph).transformed_feature_spec(),
            split_rule=read_split_rule(
                artifact_utils.get_single_uri(input_dict[keys.EXAMPLES_KEY])
            ),
            **_reading(json.loads(exec_properties[keys.CUSTOM_CONFIG_KEY])),
        )
        write_data_profile(graph, profile)


class ProfiledTransform(Transform):
    """The Transform with that executor."""

    EXECUTOR_SPEC = BeamExecutorSpec(ProfilingExecutor)


def _files(folder: str) -> list[str]:
    return tf.io.gfile.glob(io_utils.all_files_pattern(folder))


def _reading(config: dict[str, Any]) -> dict[str, Any]:
    """How rows are read, of the configuration of `preprocessing_fn`."""
    # Compiled already, as part of the graph: the second time costs next to nothing.
    pieces = compile_tokenizer(config["tokenizer"], int(config["max_length"])).pieces
    return {
        "class_of": config["taxonomy"]["class_of"],
        "text_fields": config["text_fields"],
        "tokenizer": hashlib.sha256(json.dumps(pieces).encode()).hexdigest()[:16],
    }
