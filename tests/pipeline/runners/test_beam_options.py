"""Beam's options reach the executors, and change no cache key."""

from __future__ import annotations

from typing import Any

from ml_metadata.proto import metadata_store_pb2
from tfx import types
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec, ExecutorClassSpec
from tfx.orchestration import metadata
from tfx.orchestration.portable import cache_utils
from tfx.orchestration.portable.data_types import ExecutionInfo
from tfx.proto.orchestration import pipeline_pb2
from tfx.proto.orchestration.executable_spec_pb2 import BeamExecutableSpec

from pipeline.runners.beam_options import keyed_spec, operators

SOME = ["--direct_num_workers=2", "--direct_running_mode=multi_processing"]
OTHERS = ["--runner=FlinkRunner"]


class OptionsExecutor(BaseBeamExecutor):
    """Keeps the options that it was given."""

    seen: list[str]

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        OptionsExecutor.seen = list(self._beam_pipeline_args)


def beam_spec(options: list[str], *flags: str) -> BeamExecutableSpec:
    spec = BeamExecutorSpec(OptionsExecutor)
    spec.add_beam_pipeline_args(options)
    spec.add_extra_flags(list(flags))
    return spec.encode()


def cache_key(spec: object) -> str:
    """TFX's own, of a step with this executor."""
    connection = metadata_store_pb2.ConnectionConfig()
    connection.fake_database.SetInParent()
    with metadata.Metadata(connection) as store:
        context = cache_utils.get_cache_context(
            store,
            pipeline_pb2.PipelineNode(),
            pipeline_pb2.PipelineInfo(id="pipeline"),
            executor_spec=spec,
        )
    return context.name


def test_options_change_tfx_s_key_and_not_the_runner_s():
    some, others = beam_spec(SOME), beam_spec(OTHERS)
    assert cache_key(some) != cache_key(others), "or nothing is gained"
    assert cache_key(keyed_spec(some)) == cache_key(keyed_spec(others))
    assert cache_key(keyed_spec(some)) == cache_key(keyed_spec(beam_spec([])))


def test_the_code_s_fingerprint_stays_in_the_key():
    one, other = (beam_spec(SOME, f"--code_fingerprint={letter}") for letter in "ab")
    assert cache_key(keyed_spec(one)) != cache_key(keyed_spec(other))


def test_executors_without_beam_are_keyed_as_they_are():
    spec = ExecutorClassSpec(OptionsExecutor).encode()
    assert keyed_spec(spec) is spec
    assert keyed_spec(None) is None


def test_the_executor_is_given_the_options(tmp_path):
    spec = beam_spec(SOME, "--code_fingerprint=a")
    make_operator = operators(spec)[BeamExecutableSpec]
    info = ExecutionInfo(
        execution_output_uri=str(tmp_path / "executor_output.pb"), tmp_dir=str(tmp_path)
    )
    make_operator(executor_spec=keyed_spec(spec), platform_config=None).run_executor(info)
    assert OptionsExecutor.seen[: len(SOME)] == SOME
