"""The artifact type of the report."""

from __future__ import annotations

from tfx.types.artifact import Artifact


class RunReport(Artifact):
    """A folder with one self-contained HTML file about a run; see `report_file`."""

    TYPE_NAME = "components.RunReport"  # where the runner for Vertex imports it from
