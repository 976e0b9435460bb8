"""ServingCheck: the component between Trainer and Pusher that asks the export as a server would."""

from __future__ import annotations

from tfx import types
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples, InfraBlessing, Model

from components.serving_check.executor import Executor
from components.serving_check.settings import ServingCheckSettings


class ServingCheckSpec(ComponentSpec):
    """Inputs, parameters and output; see `ServingCheckSettings` for most parameters."""

    PARAMETERS = {  # noqa: RUF012 - TFX's declaration
        "max_length": ExecutionParameter(type=int),
        "golden_rows": ExecutionParameter(type=int),
        "tolerance": ExecutionParameter(type=float),
        "max_latency_ms": ExecutionParameter(type=float, optional=True),
        "timeout_seconds": ExecutionParameter(type=int),
    }
    INPUTS = {  # noqa: RUF012
        "model": ChannelParameter(type=Model),
        "examples": ChannelParameter(type=Examples),
    }
    OUTPUTS = {"blessing": ChannelParameter(type=InfraBlessing)}  # noqa: RUF012


class ServingCheck(BaseComponent):
    """Compares an export with its checkpoint, in a process that has TensorFlow and no project.

    Args:
        model: of the Trainer, with the export and the checkpoint beside it.
        examples: raw rows, of JsonExampleGen; those of the split `eval` are asked about.
        max_length: tokens that the model keeps of a text.
        settings: what the export has to stand.

    Its output `blessing` is for Pusher's `infra_blessing`, and holds the findings.
    """

    SPEC_CLASS = ServingCheckSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(
        self,
        model: types.BaseChannel,
        examples: types.BaseChannel,
        max_length: int,
        settings: ServingCheckSettings,
    ):
        spec = ServingCheckSpec(
            model=model,
            examples=examples,
            blessing=types.Channel(type=InfraBlessing),
            max_length=max_length,
            golden_rows=settings.golden_rows,
            tolerance=settings.tolerance,
            max_latency_ms=settings.max_latency_ms,
            timeout_seconds=settings.timeout_seconds,
        )
        super().__init__(spec=spec)
