"""All that a report shows, as plain values; what a run did not measure is None or empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.data_validation.anomalies import Anomaly
from components.data_validation.verdict import DataVerdict
from components.evaluation.verdict import CalibrationBin, Comparison, RuleResult
from components.json_example_gen.quarantine import QuarantinedRow
from components.json_example_gen.row_counts import RowCounts
from components.serving_check.findings import Finding


@dataclass(frozen=True)
class Figure:
    """A headline figure.

    Attributes:
        name: in words.
        value: the candidate's; NaN where it could not be measured.
        baseline: the blessed model's, on the same rows; None without one.
        is_share: whether it is a fraction of 1, to be shown in percent.
        higher_is_better: which direction of a change is good.
    """

    name: str
    value: float
    baseline: float | None
    is_share: bool = True
    higher_is_better: bool = True


@dataclass(frozen=True)
class Decision:
    """What became of the model.

    Attributes:
        blessed: whether the gate and the serving check both let it pass.
        pushed_version: the version it is served as; None where nothing was pushed.
        pushed_to: folder of that version.
        failures: the broken rules and failed checks, in words.
        figures: the headline figures.
        comparison: what was compared with what.
        rules: every rule of the gate.
        too_small: rows of the classes that have too few for rules on classes.
        findings: of the serving check; None where it was not part of the run.
    """

    blessed: bool
    pushed_version: str | None
    pushed_to: str | None
    failures: Sequence[str]
    figures: Sequence[Figure]
    comparison: Comparison
    rules: Sequence[RuleResult]
    too_small: Mapping[str, int]
    findings: Sequence[Finding] | None


@dataclass(frozen=True)
class CategoryRows:
    """A category of the data, before merging.

    Attributes:
        name: as the rows spell it.
        class_name: the class it is part of.
        rows: accepted rows, of all splits.
    """

    name: str
    class_name: str
    rows: int


@dataclass(frozen=True)
class TextField:
    """A text feature of the accepted rows of one split.

    Attributes:
        split: name of the split.
        name: of the feature.
        rows: of the split.
        mean_bytes: mean length, in bytes of UTF-8.
        empty: rows in which it is empty; None where the statistics do not say.
        distinct: different values.
        is_counted: whether that is a count, and not an estimate.
    """

    split: str
    name: str
    rows: int
    mean_bytes: float
    empty: int | None
    distinct: int
    is_counted: bool = True


@dataclass(frozen=True)
class Data:
    """The rows of the run.

    Attributes:
        counts: of rows by what became of them.
        split_rows: accepted rows by split.
        categories: accepted rows by category.
        texts: lengths of the text features.
        quarantined: the first unusable rows, in the order of the data.
        anomalies: that ExampleValidator found; None where it was not part of the run.
        verdict: of DataValidator; None where it was not part of the run.
    """

    counts: RowCounts
    split_rows: Mapping[str, int]
    categories: Sequence[CategoryRows]
    texts: Sequence[TextField]
    quarantined: Sequence[QuarantinedRow]
    anomalies: Sequence[Anomaly] | None
    verdict: DataVerdict | None = None


@dataclass(frozen=True)
class EpochFigures:
    """Loss, top-1 and top-3 of one pass over the training split, by split and metric."""

    number: int
    train: Mapping[str, float]
    eval: Mapping[str, float]
    seconds: float | None


@dataclass(frozen=True)
class ClassFigures:
    """One class, or one slice, of the judged split; a figure is None where nothing defines it.

    Attributes:
        name: of the class or slice.
        rows: that belong to it.
        precision: share of the rows that were given this class that belong to it.
        recall: share of its rows that were given it, which is its top-1.
        f1: harmonic mean of the two.
        top_3: share of its rows whose three likeliest classes include it.
        recall_change: candidate less baseline; None without one.
        f1_change: the same of F1.
    """

    name: str
    rows: int
    precision: float | None
    recall: float | None
    f1: float | None
    top_3: float | None
    recall_change: float | None = None
    f1_change: float | None = None


@dataclass(frozen=True)
class Confusion:
    """Rows of the judged split by actual (first index) and predicted class."""

    class_names: Sequence[str]
    counts: Sequence[Sequence[int]]


@dataclass(frozen=True)
class ScoredRow:
    """A row of the judged split with what the exported model says of it.

    Attributes:
        texts: that the model reads of the row; all but one may be empty.
        category: as the data spells it.
        true_class: that the category is part of.
        likeliest: (class, probability), the three likeliest, the likeliest first.
        true_probability: of the true class; None where the model does not know it.
    """

    texts: Sequence[str]
    category: str
    true_class: str
    likeliest: Sequence[tuple[str, float]]
    true_probability: float | None

    @property
    def is_right(self) -> bool:
        """Whether the likeliest class is the true one."""
        return self.likeliest[0][0] == self.true_class


@dataclass(frozen=True)
class TokenLengths:
    """How many tokens the model reads of the scored rows.

    Attributes:
        quantiles: (name, tokens), say ('median', 24).
        bins: (least, most, rows) of a histogram.
        max_length: tokens that are kept of a text, special ones included.
        at_most: rows that reach it, and may have been cut.
    """

    quantiles: Sequence[tuple[str, int]]
    bins: Sequence[tuple[int, int, int]]
    max_length: int
    at_most: int


@dataclass(frozen=True)
class Predictions:
    """What the exported model says of some rows of the judged split.

    Attributes:
        scored: rows that were scored.
        available: rows of the split.
        wrong: scored rows whose likeliest class is not the true one.
        mistakes: of those, the ones that the model was surest about.
        random: rows by hash order, right or wrong.
        lengths: tokens of the scored rows; None where none was scored.
    """

    scored: int
    available: int
    wrong: int
    mistakes: Sequence[ScoredRow]
    random: Sequence[ScoredRow]
    lengths: TokenLengths | None


@dataclass(frozen=True)
class Step:
    """How long a component worked; `is_cached`: not at all, for an earlier run had done it."""

    component: str
    seconds: float
    is_cached: bool


@dataclass(frozen=True)
class Origin:
    """Where the model comes from.

    Attributes:
        settings: settings of the run by section and field, as text.
        checkpoint: (name, value) facts about the checkpoint and the tokenizer.
        libraries: versions by name.
        steps: what took how long; empty where it is not known.
    """

    settings: Mapping[str, Mapping[str, str]]
    checkpoint: Sequence[tuple[str, str]]
    libraries: Mapping[str, str]
    steps: Sequence[Step]


@dataclass(frozen=True)
class Content:
    """One report.

    Attributes:
        pipeline: its name.
        run_id: as the orchestrator names the run; '' where it does not.
        made_at: when the report was made, as text, with the time zone.
        judged: split that the model was judged on.
        decision: blessed and pushed, or why not.
        data: the rows.
        epochs: of the training.
        classes: figures by class, in the order of the class ids.
        slices: figures of the other slices that the gate measures.
        confusion: of the classes.
        calibration: bins of the reliability diagram.
        predictions: examples.
        origin: recipe, checkpoint, versions.
    """

    pipeline: str
    run_id: str
    made_at: str
    judged: str
    decision: Decision
    data: Data
    epochs: Sequence[EpochFigures]
    classes: Sequence[ClassFigures]
    slices: Sequence[ClassFigures]
    confusion: Confusion
    calibration: Sequence[CalibrationBin]
    predictions: Predictions
    origin: Origin
