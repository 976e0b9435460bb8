"""What this machine adds to the DAG: everything lies below `settings.output`."""

from __future__ import annotations

from typing import Any

from tfx.components import Pusher, Trainer
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.orchestration import metadata

from pipeline.dag.deployment import push_destination
from pipeline.layout import OutputLayout
from pipeline.settings import Settings


class LocalDeployment:
    """See `pipeline.dag.deployment.Deployment`.

    Args:
        settings: of the run.
    """

    def __init__(self, settings: Settings):
        self.layout = OutputLayout(settings.output)
        self.metadata = metadata.sqlite_metadata_connection_config(self.layout.metadata)
        self.beam_args = list(settings.beam_args)

    def parameter(self, name: str, value: str) -> str:
        """The value: a run is not submitted twice."""
        return value

    def trainer(self, custom_config: dict[str, Any], **arguments: Any) -> Trainer:
        """A Trainer in this process."""
        return Trainer(custom_config=custom_config, **arguments)

    def pusher(self, **arguments: Any) -> Pusher:
        """A Pusher to `serving/`."""
        return Pusher(push_destination=push_destination(self.layout.serving), **arguments)

    def key_cache_by_code(self, component: BaseComponent, fingerprint: str) -> None:
        """The executor's extra flags are part of the cache key, and the executors ignore them."""
        component.executor_spec.add_extra_flags([f"--code_fingerprint={fingerprint}"])
