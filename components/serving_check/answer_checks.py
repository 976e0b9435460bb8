"""Checks of the answers by themselves: well-formed, and the same whichever way one asks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from components.preprocessing import features
from components.serving.signatures import LIKELIEST, Output, Signature
from components.serving_check.evidence import Evidence
from components.serving_check.isolated_process import Request
from components.serving_check.outcome import Outcome
from components.serving_check.request_plan import FIRST_TEXT_ALONE, ROW_SIGNATURES
from components.serving_check.rows import Row

_SUM_TOLERANCE = 1e-3


def shapes(evidence: Evidence) -> Outcome:
    """Every output has the type and shape that the README promises."""
    expected = "the types and shapes of each signature"
    for request, answer in evidence.answered():
        for name, value in answer.outputs.items():
            kind, shape = _promised(evidence, request, name, value)
            if value.shape != shape or value.dtype != kind:
                promise = f"{name} of {request} as {kind} {list(shape)}"
                return Outcome(False, promise, f"{value.dtype} {list(value.shape)}")
    return Outcome(True, expected, "those")


def _promised(
    evidence: Evidence, request: Request, output: str, value: np.ndarray
) -> tuple[str, tuple[int, ...]]:
    """Type and shape of an output of a request, strings being objects."""
    rows = max((len(texts) for texts in request.inputs.values()), default=0)
    classes = len(evidence.class_names)
    # As wide as the longest row, which another check compares.
    tokens = min(value.shape[-1], evidence.bounds.max_length) if value.shape else 0
    return {
        Output.CLASS_NAMES: ("object", (classes,)),
        Output.LABELS: ("object", (rows, min(LIKELIEST, classes))),
        Output.PROBABILITIES: ("float32", (rows, min(LIKELIEST, classes))),
        Output.SCORES: ("float32", (rows, classes)),
        Output.TOKEN_IDS: ("int32", (rows, tokens)),
        Output.SUB_WORDS: ("object", (rows, tokens)),
        features.LABEL: ("int64", (rows,)),
    }.get(output, ("object", (rows,)))


def finite(evidence: Evidence) -> Outcome:
    """No probability is NaN or infinite."""
    for request, output, values in _probabilities(evidence):
        odd = ~np.isfinite(values)
        if odd.any():
            what = f"{values[odd][0]} in {output} of {request}"
            return Outcome(False, "finite probabilities", f"{what}, {odd.sum()} of {odd.size}")
    return Outcome(True, "finite probabilities", "those")


def probabilities(evidence: Evidence) -> Outcome:
    """Each probability is between 0 and 1; those of all classes add up to 1."""
    expected = f"probabilities in [0, 1] that add up to 1 within {_SUM_TOLERANCE:g}"
    for request, output, values in _probabilities(evidence):
        if values.size and not (values.min() >= 0 and values.max() <= 1 + _SUM_TOLERANCE):
            seen = f"{output} from {values.min():.4g} to {values.max():.4g} at {request}"
            return Outcome(False, expected, seen)
        if output == Output.SCORES:
            wrong = ~(np.abs(values.sum(axis=1) - 1) <= _SUM_TOLERANCE)
            if wrong.any():
                seen = f"a sum of {values.sum(axis=1)[wrong][0]:.4f} at {request}"
                return Outcome(False, expected, seen)
    return Outcome(True, expected, "those")


def _probabilities(evidence: Evidence) -> Iterator[tuple[Request, str, np.ndarray]]:
    for request, answer in evidence.answered():
        for output in (Output.SCORES, Output.PROBABILITIES):
            if output in answer.outputs:
                yield request, output, answer.outputs[output]


def labels(evidence: Evidence) -> Outcome:
    """The category of every golden row is one of the export's classes."""
    expected = "a class for the category of every golden row"
    answer = evidence.answer(Signature.TRANSFORM)
    for row, label, name in zip(
        evidence.rows, answer[features.LABEL], answer[features.CLASS_NAME], strict=True
    ):
        class_name = name.decode()
        known = 0 <= label < len(evidence.class_names)
        if row.category and not (known and evidence.class_names[label] == class_name):
            category = row.category.decode("utf-8", "replace")
            seen = f"{row} of category {category} with label {label}, class name {class_name!r}"
            return Outcome(False, expected, seen)
    return Outcome(True, expected, "those")


def batches(evidence: Evidence) -> Outcome:
    """A row gets the same answer alone as among all others."""
    expected = "the same answer to a row alone as among all rows"
    tolerance, worst = evidence.bounds.tolerance, 0.0
    for signature in ROW_SIGNATURES:
        for number, row in enumerate(evidence.rows):
            alone = evidence.answer(signature, row.name)
            for output, values in evidence.answer(signature).items():
                difference = _difference(values[number : number + 1], alone[output])
                if not difference <= tolerance:
                    return Outcome(False, expected, f"another {output} of {signature} at {row}")
                worst = max(worst, difference)
    return Outcome(True, expected, f"a largest difference of {worst:.2g}", worst, tolerance)


def _difference(among: np.ndarray, alone: np.ndarray) -> float:
    """Largest difference of two answers to one row; infinite where they are not numbers."""
    if among.dtype == np.float32:
        return float(np.abs(among - alone).max())
    if among.ndim > 1:
        # Among longer rows a row's tokens are padded.
        among = among[:, : alone.shape[1]]
    # Labels in any order: where two are as likely, rounding decides which is the first.
    return 0.0 if np.array_equal(np.sort(among), np.sort(alone)) else np.inf


def default_description(evidence: Evidence) -> Outcome:
    """A row of its first text alone gets one answer, whether the others are left out or empty."""
    first, *others = evidence.rows[0].texts
    expected = f"{first} answered without {', '.join(others) or 'other texts'} as with an empty one"
    without = evidence.answer(Signature.TEXT, FIRST_TEXT_ALONE)[Output.PROBABILITIES]
    with_empty = evidence.answer(Signature.TEXT)[Output.PROBABILITIES]
    for number, row in enumerate(evidence.rows):
        difference = np.abs(without[number] - with_empty[number]).max()
        if (
            not any(row.texts[name] for name in others)
            and not difference <= evidence.bounds.tolerance
        ):
            return Outcome(False, expected, f"a difference of {difference:.2g} at {row}")
    return Outcome(True, expected, "those")


def top_3(evidence: Evidence) -> Outcome:
    """serving_default's labels are the likeliest of classify_examples' scores."""
    expected = f"{Signature.TEXT} to name the likeliest classes of {Signature.EXAMPLES}"
    text, scores = evidence.answer(Signature.TEXT), evidence.answer(Signature.EXAMPLES)
    for number, row in enumerate(evidence.rows):
        by_class = dict(zip(evidence.class_names, scores[Output.SCORES][number], strict=True))
        named = [name.decode() for name in text[Output.LABELS][number]]
        claimed = text[Output.PROBABILITIES][number]
        best = np.sort(scores[Output.SCORES][number])[::-1][: len(named)]
        # By their scores and not by their order, which is anybody's guess where they are equal.
        own = np.array([by_class.get(name, np.nan) for name in named])
        errors = np.abs(np.stack([own - claimed, best - claimed]))
        if not errors.max() <= evidence.bounds.tolerance:
            seen = f"{_rank(row, named, claimed)} where the scores say {_best(by_class)}"
            return Outcome(False, expected, seen)
    return Outcome(True, expected, "those")


def _rank(row: Row, names: list[str], probabilities: np.ndarray) -> str:
    pairs = zip(names, probabilities, strict=True)
    return f"{row}: " + ", ".join(f"{name} {value:.4f}" for name, value in pairs)


def _best(by_class: dict[str, float]) -> str:
    ranked = sorted(by_class.items(), key=lambda item: -item[1])[:LIKELIEST]
    return ", ".join(f"{name} {value:.4f}" for name, value in ranked)
