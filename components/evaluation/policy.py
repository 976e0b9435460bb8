"""The gate policy: what a candidate has to reach to be blessed."""

from __future__ import annotations

from pydantic import Field

from components.section import Section


class GatePolicy(Section):
    """Settings section `gate`: bounds as fractions of 1.

    The first four are bounds on what was measured on the whole judged split. The others ask for
    evidence: a rule is broken where the measured rows show, with `confidence`, that the bound is
    missed. Chance alone then stops one good model in a hundred a rule, at 0.99. A rule that is
    applied to every class shares that one in a hundred among the classes (Bonferroni).
    """

    min_top_1: float = Field(0.70, ge=0, le=1, description="least share of rows classified right")
    min_top_3: float = Field(
        0.85, ge=0, le=1, description="least share of rows whose class is among the three likeliest"
    )
    min_macro_f1: float = Field(
        0.0, ge=0, le=1, description="least mean over the classes of their F1"
    )
    max_calibration_error: float = Field(
        1.0, ge=0, le=1, description="largest expected calibration error"
    )
    max_drop_top_1: float = Field(
        0.005, ge=0, le=1, description="loss of top-1 against the blessed baseline to put up with"
    )
    min_class_top_1: float = Field(
        0.05, ge=0, le=1, description="least share of rows classified right, in every class"
    )
    max_class_drop_top_1: float = Field(
        0.10, ge=0, le=1, description="as max_drop_top_1, for the rows of every class"
    )
    min_class_rows: int = Field(
        20, ge=1, description="rows of a class from which its rules apply at all"
    )
    confidence: float = Field(
        0.99, gt=0.5, lt=1, description="one-sided confidence of the rules that ask for evidence"
    )
