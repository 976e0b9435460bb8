"""The settings of the validation of data: what stops a run before it trains, and from where on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from components.section import Section

Severity = Literal["stop", "warn", "ignore"]


class ValidationPolicy(Section):
    """Settings section `validation`: for each kind of rule what a broken one leads to, and bounds.

    `stop` ends the run before anything is trained, `warn` is shown, `ignore` is not looked at. A
    change of a share is one that the rows prove: chance alone breaks no rule.
    """

    anomalies: Severity = Field("stop", description="what ExampleValidator has against the schema")
    new_features: Severity = Field("warn", description="fields of the rows that the schema lacks")
    small_classes: Severity = Field("warn", description="classes with fewer rows to learn from")
    text_bounds: Severity = Field("warn", description="texts that are too short or too long")
    drift: Severity = Field("stop", description="changes since the data of the blessed model")
    probe: Severity = Field(
        "stop", description="less to learn from the rows than from the blessed model's"
    )
    learnable: Severity = Field("warn", description="rows of which next to nothing can be learnt")
    skew: Severity = Field("warn", description="splits that differ from the rows to learn from")
    newest: Severity = Field("warn", description="newest tenth of the rows unlike all rows")
    dates: Severity = Field("stop", description="many rows from the future, or too old")
    misdated: Severity = Field("warn", description="any row from the future, or too old")

    min_split_rows: int = Field(
        20, ge=1, description="least rows of a split; part of the schema (validation.anomalies)"
    )
    min_class_rows: int = Field(1, ge=0, description="least rows of a class to learn from")
    min_characters: int = Field(1, ge=0, description="least characters of a text")
    max_characters: int = Field(20_000, ge=1, description="most characters of a text")
    max_class_change: float = Field(
        0.10, ge=0, le=1, description="largest change of the share of a class"
    )
    min_category_kept: float = Field(
        0.05, ge=0, le=1, description="least part of a category's share that must be left"
    )
    max_length_factor: float = Field(
        1.5, ge=1, description="by how many times the median length of texts may have changed"
    )
    max_tokens_factor: float = Field(
        1.25, ge=1, description="by how many times the tokens a word may have changed"
    )
    max_whole_word_change: float = Field(
        0.05, ge=0, le=1, description="largest change of the share of whole words"
    )
    max_case_change: float = Field(
        0.10, ge=0, le=1, description="largest change of the share of rows in one case"
    )
    max_empty_change: float = Field(
        0.10, ge=0, le=1, description="largest change of the share of empty descriptions"
    )
    max_undated_change: float = Field(
        0.10, ge=0, le=1, description="largest change of the share of rows without date"
    )
    max_probe_drop: float = Field(
        0.10, ge=0, le=1, description="largest fall of the probe's share of right answers"
    )
    min_probe_gain: float = Field(
        0.05, ge=0, le=1, description="least gain of the probe over the most frequent class"
    )
    max_misdated_share: float = Field(
        0.001, ge=0, le=1, description="largest share of rows from the future, or too old"
    )
    earliest_month: str = Field(
        # After 1970: a time of 0 is no date.
        "1980-01",
        pattern=r"^\d{4}-\d{2}$",
        description="rows before it are too old",
    )
