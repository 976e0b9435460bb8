"""What a run does with rows: which are learnt, where they go, how many may be bad."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from components.duplicates.counts import Conflicts
from components.json_example_gen.rows import Outcome, judge_row
from components.preprocessing.taxonomy import Taxonomy
from components.row_files.raw_row import RawRow
from components.split_rule import SplitRule, parse_split_rule
from components.splits import BATCH


@dataclass(frozen=True)
class RowPolicy:
    """The settings of the component, which travel as JSON.

    Attributes:
        text_fields: those that the model reads, see `parse_row`.
        taxonomy: the categories that are learnt, and those that are excluded; None for rows to
            predict, which need no category.
        split_rule: of rows to learn from; None for rows to predict, which are one split.
        unknown_category: 'error' or 'quarantine'.
        max_quarantined_fraction: largest share of quarantined rows, of those read.
        max_quarantined_rows: largest number of them.
        conflicts: see `find_repeated_rows`.
        twin_similarity: see `find_repeated_rows`.
        field_names: of the file, by our name, where they differ.
    """

    text_fields: Sequence[str]
    taxonomy: Taxonomy | None
    split_rule: SplitRule | None
    unknown_category: Literal["error", "quarantine"] = "error"
    max_quarantined_fraction: float = 0.01
    max_quarantined_rows: int = 10_000
    conflicts: Conflicts = "keep"
    twin_similarity: float | None = None
    field_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits that rows go to."""
        return self.split_rule.splits if self.split_rule else (BATCH,)

    def judge(self, row: RawRow) -> Outcome:
        """What becomes of a row by itself; see `judge_row`."""
        return judge_row(row, self.text_fields, self.taxonomy, self.field_names)

    def to_json(self) -> str:
        """The policy as a text."""
        values = {**self.__dict__, "split_rule": self.split_rule and asdict(self.split_rule)}
        values["taxonomy"] = self.taxonomy and self.taxonomy.to_config()
        return json.dumps(values, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> RowPolicy:
        """Inverse of `to_json`."""
        values = json.loads(text)
        if values["taxonomy"]:
            values["taxonomy"] = Taxonomy.from_config(values["taxonomy"])
        if values["split_rule"]:
            values["split_rule"] = parse_split_rule(values["split_rule"])
        return cls(**values)
