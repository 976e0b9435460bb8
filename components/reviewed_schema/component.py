"""ReviewedSchema: makes the reviewed schema an artifact of the run.

TFX's ImportSchemaGen takes the file's path: it has to exist wherever the component runs, and an
edited file is not noticed by the cache. This component takes the text itself.
"""

from __future__ import annotations

from tfx import types
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Schema

from components.reviewed_schema.executor import Executor


class ReviewedSchemaSpec(ComponentSpec):
    """The schema as text, and as an artifact."""

    PARAMETERS = {"schema_text": ExecutionParameter(type=str)}  # noqa: RUF012 - TFX's declaration
    INPUTS: dict[str, ChannelParameter] = {}  # noqa: RUF012
    OUTPUTS = {"schema": ChannelParameter(type=Schema)}  # noqa: RUF012


class ReviewedSchema(BaseComponent):
    """Writes the reviewed schema.

    Args:
        schema_text: TFDV schema, a text-format proto; see `read_schema`.
    """

    SPEC_CLASS = ReviewedSchemaSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(self, schema_text: str):
        schema = types.Channel(type=Schema)
        super().__init__(spec=ReviewedSchemaSpec(schema_text=schema_text, schema=schema))
