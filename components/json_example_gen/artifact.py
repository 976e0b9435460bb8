"""The artifact type of the quarantine."""

from __future__ import annotations

from tfx.types.artifact import Artifact


class Quarantine(Artifact):
    """A folder with the rows of the data that could not be used; see `quarantine`."""

    TYPE_NAME = "components.Quarantine"  # where the runner for Vertex imports it from
