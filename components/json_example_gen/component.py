"""JsonExampleGen: the ExampleGen component over files of rows."""

from __future__ import annotations

import hashlib
from typing import Any

from google.protobuf import any_pb2, struct_pb2
from tfx.components.example_gen import driver, utils
from tfx.components.example_gen.component import FileBasedExampleGen
from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.orchestration import data_types
from tfx.proto import example_gen_pb2
from tfx.types import Channel
from tfx.types.component_spec import ChannelParameter
from tfx.types.standard_artifacts import Examples
from tfx.types.standard_component_specs import FileBasedExampleGenSpec

from components.json_example_gen.artifact import Quarantine
from components.json_example_gen.data_files import DataFiles, read_config, to_config
from components.json_example_gen.executor import Executor
from components.json_example_gen.row_policy import RowPolicy


class JsonExampleGenSpec(FileBasedExampleGenSpec):
    """TFX's, with one output more."""

    OUTPUTS = {  # noqa: RUF012 - TFX's declaration
        **FileBasedExampleGenSpec.OUTPUTS,
        "quarantine": ChannelParameter(type=Quarantine),
    }


class SurveyedFilesDriver(driver.FileBasedDriver):
    """Goes by the contents of files that were counted before, and by TFX's means for others.

    TFX's fingerprint is of sizes and times: it takes a touched file for a new one, and an edit
    within a second for none.
    """

    def resolve_exec_properties(
        self,
        exec_properties: dict[str, Any],
        pipeline_info: data_types.PipelineInfo,
        component_info: data_types.ComponentInfo,
    ) -> dict[str, Any]:
        """TFX's entry point."""
        _, surveys = read_config(exec_properties)
        if not surveys:
            return super().resolve_exec_properties(exec_properties, pipeline_info, component_info)
        fingerprints = "".join(f"{each.path}\0{each.fingerprint}\0" for each in surveys)
        exec_properties[utils.SPAN_PROPERTY_NAME] = 0
        exec_properties[utils.VERSION_PROPERTY_NAME] = None
        exec_properties[utils.FINGERPRINT_PROPERTY_NAME] = hashlib.sha256(
            fingerprints.encode()
        ).hexdigest()
        return exec_properties


class JsonExampleGen(FileBasedExampleGen):
    """Every row of some files is accepted, excluded or left out by a rule, or quarantined.

    A FileBasedExampleGen for the runner on Vertex AI, which has that class's driver look for new
    files before it looks into its cache.

    Args:
        files: to read.
        policy: what is done with their rows.

    Its outputs: `examples`, an Examples artifact with the splits of the policy, counts and split
    rule beside them; `quarantine`, the rows that cannot be used.
    """

    SPEC_CLASS = JsonExampleGenSpec
    EXECUTOR_SPEC = BeamExecutorSpec(Executor)
    DRIVER_CLASS = SurveyedFilesDriver

    def __init__(self, files: DataFiles, policy: RowPolicy):
        config = struct_pb2.Struct()
        config.update(to_config(policy, files.surveys))
        packed = any_pb2.Any()
        packed.Pack(config)
        spec = JsonExampleGenSpec(
            input_base=files.folder,
            input_config=example_gen_pb2.Input(
                splits=[
                    example_gen_pb2.Input.Split(name=f"files-{number}", pattern=name)
                    for number, name in enumerate(files.names)
                ]
            ),
            output_config=example_gen_pb2.Output(
                split_config=example_gen_pb2.SplitConfig(
                    splits=[
                        example_gen_pb2.SplitConfig.Split(name=split) for split in policy.splits
                    ]
                )
            ),
            output_data_format=example_gen_pb2.FORMAT_TF_EXAMPLE,
            output_file_format=example_gen_pb2.FORMAT_TFRECORDS_GZIP,
            custom_config=example_gen_pb2.CustomConfig(custom_config=packed),
            examples=Channel(type=Examples),
            quarantine=Channel(type=Quarantine),
        )
        BaseBeamComponent.__init__(self, spec=spec)
