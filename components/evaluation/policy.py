"""The gate policy: what a candidate has to reach to be blessed."""

from __future__ import annotations

from pydantic import Field

from components.section import Section


class GatePolicy(Section):
    """Settings section `gate`: bounds on the whole eval split, as fractions of 1."""

    min_top_1: float = Field(0.70, ge=0, le=1, description="least share of rows classified right")
    min_top_3: float = Field(
        0.85, ge=0, le=1, description="least share of rows whose class is among the three likeliest"
    )
    max_drop_top_1: float = Field(
        0.01, ge=0, le=1, description="largest loss of top-1 against the blessed baseline"
    )
