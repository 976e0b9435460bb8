"""What files of rows hold, in one pass and bounded memory: what `newscat data describe` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from components.article.blank import is_blank
from components.article.fields import CATEGORY, DATE, FIELDS, TEXT_FIELDS
from components.article.row import joined_text
from components.json_example_gen.row_counts import RowCounts
from components.json_example_gen.rows import UNKNOWN_CATEGORY
from components.preprocessing.taxonomy import Taxonomy
from components.split_rule import usable_date
from pipeline.data_set.judged_rows import JudgedRow, judged_rows
from pipeline.data_set.lengths import Lengths, summarise_lengths
from pipeline.data_set.repeats import Repeats, RepeatSearch
from pipeline.data_set.token_counts import TokenCounts

TEXT = "text"
"""What a model reads: the text fields, joined."""

_MOST_BAD_ROWS = 1_000
_FIELDS = tuple(dict.fromkeys((*FIELDS, *TEXT_FIELDS)))


@dataclass(frozen=True)
class BadRow:
    """A row that a run would quarantine."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Category:
    """Rows of a category, and the class that learns from them; None where there is none."""

    name: str
    class_name: str | None
    rows: int


@dataclass(frozen=True)
class Dates:
    """What the field of the date holds: rows without any, rows with another text, and the rest."""

    empty: int
    unusable: int
    first: str
    last: str
    by_year: Mapping[int, int]


@dataclass(frozen=True)
class Description:
    """What some files hold. All but the outcomes is of the rows that can be read.

    Attributes:
        files: that were read.
        read: rows, and how many of them a run would learn from, exclude by category, quarantine.
        unknown_category: quarantined rows that a class of the taxonomy is all they lack.
        readable: rows that are articles, of whatever category.
        empty: rows by field that is blank there.
        emptied: those of them where it held something else than text.
        categories: the largest first.
        classes: rows by class, the largest first, those without any row among them.
        bad_rows: the first that a run would quarantine.
    """

    files: Sequence[str]
    read: int
    accepted: int
    excluded: Mapping[str, int]
    quarantined: int
    unknown_category: int
    readable: int
    empty: Mapping[str, int]
    emptied: Mapping[str, int]
    categories: Sequence[Category]
    classes: Mapping[str, int]
    lengths: Sequence[Lengths]
    repeats: Repeats
    dates: Dates
    bad_rows: Sequence[BadRow]


def describe(
    files: Sequence[Path],
    taxonomy: Taxonomy,
    tokens: TokenCounts | None = None,
    similarity: float | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Description:
    """Reads all rows.

    Args:
        files: of this machine.
        taxonomy: of the run.
        tokens: counts them, if they are to be counted.
        similarity: see `find_repeated_rows`.
        names: see `parse_row`.

    Raises:
        DataError: see `judged_rows`.
    """
    collected = _Collected(files, taxonomy, tokens, similarity)
    for row in judged_rows(files, taxonomy, names):
        collected.add(row)
    return collected.describe()


class _Collected:
    """What has been seen of the rows so far."""

    def __init__(
        self,
        files: Sequence[Path],
        taxonomy: Taxonomy,
        tokens: TokenCounts | None,
        similarity: float | None,
    ):
        self._files, self._taxonomy, self._tokens = files, taxonomy, tokens
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self._unknown = self._readable = 0
        self._categories: Counter[str] = Counter()
        self._empty: Counter[str] = Counter(dict.fromkeys(_FIELDS, 0))
        self._emptied: Counter[str] = Counter()
        self._words: dict[str, Counter[int]] = {name: Counter() for name in (*TEXT_FIELDS, TEXT)}
        self._repeats = RepeatSearch(files, taxonomy, similarity)
        self._days: Counter[str] = Counter()
        self._without_day = 0
        self._bad_rows: list[BadRow] = []

    def add(self, row: JudgedRow) -> None:
        self.outcomes.update(row.outcome.keys)
        if row.outcome.reason:
            self._unknown += row.outcome.reason.startswith(UNKNOWN_CATEGORY)
            if len(self._bad_rows) < _MOST_BAD_ROWS:
                file = str(self._files[row.file])
                self._bad_rows.append(BadRow(file, row.line, row.outcome.reason))
        if row.article is None:
            return
        self._readable += 1
        self._categories[row.article[CATEGORY]] += 1
        self._empty.update(name for name in _FIELDS if is_blank(row.article[name]))
        self._emptied.update(row.emptied)
        text = joined_text(row.article, TEXT_FIELDS)
        for name in TEXT_FIELDS:
            self._words[name][len(row.article[name].split())] += 1
        self._words[TEXT][len(text.split())] += 1
        if self._tokens:
            self._tokens.add(text)
        self._repeats.add(row.file, row.line, row.article)
        if day := usable_date(row.article[DATE]):
            self._days[day] += 1
        elif not is_blank(row.article[DATE]) or DATE in row.emptied:
            self._without_day += 1

    def describe(self) -> Description:
        taxonomy = self._taxonomy
        counts = RowCounts.from_outcomes((*key, rows) for key, rows in self.outcomes.items())
        classes = Counter(dict.fromkeys(taxonomy.class_names, 0))
        for category, rows in self._categories.items():
            if category in taxonomy.class_of:
                classes[taxonomy.class_of[category]] += rows
        return Description(
            files=list(map(str, self._files)),
            read=counts.read,
            accepted=counts.accepted,
            excluded=dict(counts.excluded),
            quarantined=counts.quarantined,
            unknown_category=self._unknown,
            readable=self._readable,
            empty=dict(self._empty),
            emptied=dict(self._emptied),
            categories=[
                Category(name, taxonomy.class_of.get(name), rows)
                for name, rows in self._categories.most_common()
            ],
            classes=dict(classes.most_common()),
            lengths=self._lengths(),
            repeats=self._repeats.finish(),
            dates=self._dates(),
            bad_rows=self._bad_rows,
        )

    def _lengths(self) -> list[Lengths]:
        if not self._readable:
            return []
        lengths = [summarise_lengths(of, "words", counts) for of, counts in self._words.items()]
        if self._tokens:
            lengths.append(summarise_lengths(TEXT, "tokens", self._tokens.finish()))
        return lengths

    def _dates(self) -> Dates:
        by_year: Counter[int] = Counter()
        for day, rows in sorted(self._days.items()):
            by_year[int(day[:4])] += rows
        return Dates(
            empty=self._readable - self._days.total() - self._without_day,
            unusable=self._without_day,
            first=min(self._days, default=""),
            last=max(self._days, default=""),
            by_year=dict(by_year),
        )
