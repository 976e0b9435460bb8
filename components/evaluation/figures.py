"""The figures by which a model is known, one table: a terminal, a list of runs, the report."""

from __future__ import annotations

from dataclasses import dataclass

from components.evaluation import metric_names as names


@dataclass(frozen=True)
class Figure:
    """A metric on all rows of the judged split, in words.

    Attributes:
        metric: its name.
        words: in full.
        brief: on a line of others; '' keeps it to the report.
        in_lists: whether a list of runs has a column for it.
        is_share: whether it is a fraction of 1.
        higher_is_better: which direction of a change is good.
    """

    metric: str
    words: str
    brief: str = ""
    in_lists: bool = False
    is_share: bool = True
    higher_is_better: bool = True


FIGURES = (
    Figure(names.TOP_1, "top-1", "top-1", in_lists=True),
    Figure(names.TOP_3, "top-3", "top-3", in_lists=True),
    Figure(names.WEIGHTED_PRECISION, "weighted precision", "weighted precision"),
    Figure(names.WEIGHTED_RECALL, "weighted recall", "recall"),
    Figure(names.WEIGHTED_F1, "weighted F1", "F1"),
    Figure(names.MACRO_F1, "macro F1", "macro F1", in_lists=True),
    Figure(names.CALIBRATION_ERROR, "calibration error", higher_is_better=False),
    Figure(names.CROSS_ENTROPY, "cross-entropy", is_share=False, higher_is_better=False),
)
