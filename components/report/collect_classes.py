"""Sections 'classes' and 'confusion': every class's figures, and what is taken for what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from components.evaluation import metric_names as names
from components.evaluation.verdict import Measurements, Verdict
from components.report.content import ClassFigures, Confusion


def collect_confusion(verdict: Verdict, class_names: Sequence[str]) -> Confusion:
    """The confusion matrix with its names."""
    counts = verdict.candidate.confusion
    assert counts.shape == (len(class_names),) * 2, "the gate measured the model of these classes"
    return Confusion(class_names, counts.tolist())


def collect_classes(verdict: Verdict, class_names: Sequence[str]) -> list[ClassFigures]:
    """Figures of all classes, in the order of their ids; classes without rows have none."""
    candidate = [_figures(verdict.candidate, *each) for each in enumerate(class_names)]
    if verdict.baseline is None:
        return candidate
    baseline = (_figures(verdict.baseline, *each) for each in enumerate(class_names))
    return [_compare(*pair) for pair in zip(candidate, baseline, strict=True)]


def collect_slices(verdict: Verdict) -> list[ClassFigures]:
    """Figures of the slices that are no classes; precision and F1 are weighted by class."""
    baseline = verdict.baseline.by_slice if verdict.baseline else {}
    return [
        ClassFigures(
            name=name,
            rows=int(values.get(names.EXAMPLE_COUNT, 0)),
            precision=_defined(values.get(names.WEIGHTED_PRECISION)),
            recall=_defined(values.get(names.TOP_1)),
            f1=_defined(values.get(names.WEIGHTED_F1)),
            top_3=_defined(values.get(names.TOP_3)),
            recall_change=_change(values.get(names.TOP_1), baseline.get(name, {}).get(names.TOP_1)),
            f1_change=_change(
                values.get(names.WEIGHTED_F1), baseline.get(name, {}).get(names.WEIGHTED_F1)
            ),
        )
        for name, values in verdict.candidate.by_slice.items()
    ]


def _figures(measured: Measurements, class_id: int, name: str) -> ClassFigures:
    hits = int(measured.confusion[class_id, class_id])
    rows = int(measured.by_class.get(name, {}).get(names.EXAMPLE_COUNT, 0))
    predicted = int(np.sum(measured.confusion[:, class_id]))
    # 2 hits / (rows + predicted) is the harmonic mean of hits / predicted and hits / rows.
    return ClassFigures(
        name=name,
        rows=rows,
        precision=hits / predicted if predicted else None,
        recall=hits / rows if rows else None,
        f1=2 * hits / (rows + predicted) if rows + predicted else None,
        top_3=_defined(measured.by_class.get(name, {}).get(names.TOP_3)),
    )


def _compare(candidate: ClassFigures, baseline: ClassFigures) -> ClassFigures:
    return replace(
        candidate,
        recall_change=_change(candidate.recall, baseline.recall),
        f1_change=_change(candidate.f1, baseline.f1),
    )


def _change(candidate: float | None, baseline: float | None) -> float | None:
    now, before = _defined(candidate), _defined(baseline)
    return None if now is None or before is None else now - before


def _defined(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value
