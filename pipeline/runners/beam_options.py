"""Beam's options, kept out of the cache key: more workers, or another runner, make the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message
from tfx.orchestration.portable.beam_executor_operator import BeamExecutorOperator
from tfx.proto.orchestration.executable_spec_pb2 import BeamExecutableSpec


def keyed_spec(spec: Message | None) -> Message | None:
    """What the cache key takes of an executor's specification: all but the options of Beam."""
    if not isinstance(spec, BeamExecutableSpec):
        return spec
    keyed = BeamExecutableSpec()
    keyed.CopyFrom(spec)
    keyed.ClearField("beam_pipeline_args")
    keyed.ClearField("beam_pipeline_args_placeholders")
    return keyed


def operators(spec: Message | None) -> dict[Any, Callable[..., BeamExecutorOperator]]:
    """For a Launcher that was given `keyed_spec`: what runs the executor, with its options."""

    def run_with_options(executor_spec: Message, platform_config: Any) -> BeamExecutorOperator:
        return BeamExecutorOperator(spec, platform_config)

    return {BeamExecutableSpec: run_with_options}
