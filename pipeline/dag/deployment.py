"""What a runner adds to the DAG: where artifacts go, how the Trainer runs and the Pusher pushes."""

from __future__ import annotations

from typing import Any, Protocol

from ml_metadata.proto.metadata_store_pb2 import ConnectionConfig
from tfx.components import Pusher, Trainer
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.proto import pusher_pb2

from pipeline.layout import OutputLayout


class Deployment(Protocol):
    """The parts of a pipeline in which runners differ.

    Attributes:
        layout: where the run's files are.
        metadata: where ML Metadata is kept; None where the runner knows.
        beam_args: options of the Beam pipelines within the components.
    """

    layout: OutputLayout
    metadata: ConnectionConfig | None
    beam_args: list[str]

    def parameter(self, name: str, value: str) -> Any:
        """A value that may be given anew with each submission, where the runner can."""

    def trainer(self, custom_config: dict[str, Any], **arguments: Any) -> Trainer:
        """The Trainer, with these arguments of TFX's."""

    def pusher(self, **arguments: Any) -> Pusher:
        """The Pusher, with these arguments of TFX's."""

    def key_cache_by_code(self, component: BaseComponent, fingerprint: str) -> None:
        """Makes the fingerprint of the code that a component runs part of its cache key."""


def push_destination(folder: str) -> pusher_pb2.PushDestination:
    """A folder with a sub-folder for each version, as TF Serving expects."""
    return pusher_pb2.PushDestination(
        filesystem=pusher_pb2.PushDestination.Filesystem(base_directory=folder)
    )
