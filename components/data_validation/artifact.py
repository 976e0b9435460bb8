"""The artifact type of what the validation of data found."""

from __future__ import annotations

from tfx.types.artifact import Artifact


class DataFindings(Artifact):
    """A folder with the verdict on the rows of a run; see `verdict`."""

    TYPE_NAME = "components.DataFindings"  # where the runner for Vertex imports it from
