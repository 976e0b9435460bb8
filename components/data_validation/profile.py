"""The profile of a run's data: figures that Transform counts and the trained model carries.

With them the next run can say what has changed since, without the rows of then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from components.files import exists, open_file, read_document, write_document
from components.split_rule import SplitRule, parse_split_rule

PROFILE_FILE = "data_profile.json"
EXPORTED_PROFILE = f"assets.extra/{PROFILE_FILE}"
_FORMAT = 2


@dataclass(frozen=True)
class Lengths:
    """How long texts are.

    Attributes:
        shortest: of all.
        longest: of all.
        mean: of all.
        quantiles: by percent, '50' the median.
    """

    shortest: int
    longest: int
    mean: float
    quantiles: Mapping[str, int]

    @property
    def median(self) -> int:
        """As long as the text in the middle."""
        return self.quantiles["50"]


@dataclass(frozen=True)
class RowFigures:
    """What was counted of some rows, of which there is at least one.

    Attributes:
        rows: how many.
        categories: rows by category, as the data spells it; all of the taxonomy are there.
        empty_descriptions: rows of which nothing is read but the first field.
        characters: of the texts, as they are read.
        tokens: that are kept of them, special ones included.
        sub_words: tokens in all, before texts are cut, without special ones.
        words: that the tokenizer takes apart one by one.
        whole_words: of these, entries of its vocabulary as they are.
        one_case: rows whose letters are all capital, or none of which is.
        undated: rows without a date.
        first_day: the oldest, 'YYYY-MM-DD'; '' without dates.
        last_day: the newest.
        months: rows by 'YYYY-MM'.
    """

    rows: int
    categories: Mapping[str, int]
    empty_descriptions: int
    characters: Lengths
    tokens: Lengths
    sub_words: int
    words: int
    whole_words: int
    one_case: int
    undated: int
    first_day: str
    last_day: str
    months: Mapping[str, int]


@dataclass(frozen=True)
class Probe:
    """What a cheap classifier learns of some rows; see `probe`.

    Attributes:
        top_1: (rows that it had learnt from, share of the judged rows that it then had right).
        majority: share of the judged rows that are of their most frequent class.
        judged: rows that it was judged on.
    """

    top_1: Sequence[tuple[int, float]]
    majority: float
    judged: int


@dataclass(frozen=True)
class DataProfile:
    """Figures of the accepted rows of a run.

    Attributes:
        class_of: the taxonomy's categories and their classes.
        text_fields: that are read.
        tokenizer: hash of its entries; '' where it is not known.
        all: of all rows.
        splits: of each split with rows.
        newest: of the newest tenth of the rows with a date; None without dates.
        probe: of labels and texts; None without rows to learn from and to judge on.
        split_rule: how the rows were split; None where that was not recorded.
    """

    class_of: Mapping[str, str]
    text_fields: Sequence[str]
    tokenizer: str
    all: RowFigures
    splits: Mapping[str, RowFigures]
    newest: RowFigures | None
    probe: Probe | None
    split_rule: SplitRule | None


def write_data_profile(folder: str, profile: DataProfile) -> None:
    """Puts the profile into the folder of a Transform graph."""
    write_document(f"{folder}/{PROFILE_FILE}", _FORMAT, asdict(profile))


def read_graph_profile(folder: str) -> DataProfile:
    """The profile in the folder of a Transform graph.

    Raises:
        DocumentError: see `read_document`.
    """
    return read_document(f"{folder}/{PROFILE_FILE}", _FORMAT, _parse)


def read_data_profile(export: str) -> DataProfile | None:
    """The profile of the data that an exported model was trained on.

    Args:
        export: folder of the SavedModel, local or remote.

    Returns:
        None where it has none: an earlier version made it.

    Raises:
        DocumentError: see `read_document`.
    """
    path = f"{export}/{EXPORTED_PROFILE}"
    return read_document(path, _FORMAT, _parse) if exists(path) else None


def reason_not_apart(export: str, today: SplitRule | None) -> str:
    """Why an exported model may have learnt from the rows that models are judged on today.

    Args:
        export: folder of the SavedModel, local or remote.
        today: the rule by which today's rows were split.

    Returns:
        '' where its own rule proves that it has not.

    Raises:
        DocumentError: see `read_document`.
    """
    if today is None:
        return "cannot be told apart from rows whose split was not recorded"
    profile = read_data_profile(export)
    return today.reason_against(profile.split_rule if profile else None)


def copy_data_profile(transform_graph: str, export: str) -> None:
    """Gives a model, whose `assets.extra` is there, the profile of the rows it was trained on."""
    with (
        open_file(f"{transform_graph}/{PROFILE_FILE}", "rb") as source,
        open_file(f"{export}/{EXPORTED_PROFILE}", "wb") as target,
    ):
        target.write(source.read())


def _parse(values: dict[str, Any]) -> DataProfile:
    newest, probe, rule = values["newest"], values["probe"], values["split_rule"]
    return DataProfile(
        **{
            **values,
            "all": _to_figures(values["all"]),
            "splits": {name: _to_figures(split) for name, split in values["splits"].items()},
            "newest": None if newest is None else _to_figures(newest),
            "split_rule": rule and parse_split_rule(rule),
            "probe": None
            if probe is None
            else Probe(**{**probe, "top_1": [(rows, top_1) for rows, top_1 in probe["top_1"]]}),
        }
    )


def _to_figures(values: Mapping[str, Any]) -> RowFigures:
    lengths = {name: Lengths(**values[name]) for name in ("characters", "tokens")}
    return RowFigures(**{**values, **lengths})
