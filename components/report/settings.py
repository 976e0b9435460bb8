"""The settings of the run's report."""

from __future__ import annotations

from pydantic import Field

from components.section import Section


class ReportSettings(Section):
    """Settings section `report`: what the run's HTML report shows."""

    rows: int = Field(
        1_000,
        ge=0,
        description="judged rows, by hash order, scored to show predictions; 0 for none",
    )
