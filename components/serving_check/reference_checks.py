"""Checks of the answers against the checkpoint: classes, tokens, probabilities, in this order."""

from __future__ import annotations

import numpy as np

from components.serving.signatures import Output, Signature
from components.serving_check.causes import explain_scores, explain_tokens
from components.serving_check.evidence import Evidence
from components.serving_check.outcome import Outcome


def reference(evidence: Evidence) -> Outcome:
    """The checkpoint beside the export can be loaded with `transformers`."""
    expected = "a checkpoint beside the export that transformers loads"
    if isinstance(evidence.checkpoint, str):
        return Outcome(False, expected, evidence.checkpoint)
    return Outcome(True, expected, "that")


def class_names(evidence: Evidence) -> Outcome:
    """The export's classes are the checkpoint's, in the same order."""
    expected, seen = evidence.reference.class_names, evidence.class_names
    if expected == seen:
        return Outcome(True, "the checkpoint's classes in their order", f"those {len(seen)}")
    if len(expected) != len(seen):
        return Outcome(False, f"{len(expected)} classes", f"{len(seen)} classes")
    first = next(i for i, names in enumerate(zip(expected, seen, strict=True)) if len({*names}) > 1)
    order = "the same names in another order" if sorted(expected) == sorted(seen) else "other names"
    return Outcome(
        False, f"class {first} to be {expected[first]}", f"{seen[first]}; the export has {order}"
    )


def token_ids(evidence: Evidence) -> Outcome:
    """The export reads what the checkpoint's tokenizer makes of the joined and cut text."""
    expected = "the token ids of the checkpoint's tokenizer"
    seen = _served_ids(evidence)
    for number, (row, ids) in enumerate(zip(evidence.rows, evidence.expected_ids, strict=True)):
        if seen[number] != ids:
            cause = explain_tokens(evidence, seen)
            place = _first_difference(evidence, number, seen[number])
            return Outcome(False, expected, f"at {row}: {place}; {cause}")
    return Outcome(True, expected, f"those, in {len(seen)} rows")


def control_tokens(evidence: Evidence) -> Outcome:
    """No text becomes a control token, whatever it spells."""
    count = evidence.reference.control_tokens
    framing = count(evidence.reference.token_ids([""])[0])
    expected = f"{framing} control tokens in every row"
    for row, ids in zip(evidence.rows, _served_ids(evidence), strict=True):
        if count(ids) != framing:
            return Outcome(False, expected, f"{count(ids)} at {row}")
    return Outcome(True, expected, "those")


def scores(evidence: Evidence) -> Outcome:
    """The export's probabilities are the checkpoint's."""
    seen = evidence.answer(Signature.EXAMPLES)[Output.SCORES]
    expected, tolerance = evidence.expected_scores, evidence.bounds.tolerance
    requirement = f"the checkpoint's probabilities within {tolerance:g}"
    if seen.shape != expected.shape:
        return Outcome(False, f"{expected.shape[1]} probabilities a row", f"{seen.shape[1]}")
    differences = np.nan_to_num(np.abs(seen - expected), nan=np.inf)
    worst = float(differences.max())
    # Not everything that reads JSON takes infinity.
    value = worst if np.isfinite(worst) else None
    if worst <= tolerance:
        text = f"a largest difference of {worst:.2g} in {len(seen)} rows"
        return Outcome(True, requirement, text, value, tolerance)
    row, column = np.unravel_index(differences.argmax(), differences.shape)
    place = (
        f"{evidence.reference.class_names[column]} {seen[row, column]:.4f} "
        f"instead of {expected[row, column]:.4f} at {evidence.rows[row]}"
    )
    return Outcome(
        False, requirement, f"{place}; {explain_scores(evidence, seen)}", value, tolerance
    )


def classes(evidence: Evidence) -> Outcome:
    """Clients get the checkpoint's class of every row, unless its second is as likely."""
    expected = "the checkpoint's likeliest class"
    labels = evidence.answer(Signature.TEXT)[Output.LABELS]
    names = evidence.reference.class_names
    clear = 0
    for row, label, values in zip(evidence.rows, labels, evidence.expected_scores, strict=True):
        order = values.argsort()[::-1]
        if len(order) > 1 and values[order[0]] - values[order[1]] <= evidence.bounds.tolerance:
            continue
        clear += 1
        best, seen = names[order[0]], label[0].decode()
        if seen != best:
            return Outcome(False, f"{expected}, {best}", f"{seen} at {row}")
    return Outcome(True, expected, f"that, in {clear} rows with a clear one")


def _served_ids(evidence: Evidence) -> list[list[int]]:
    """Token ids of each row, without padding."""
    padded = evidence.answer(Signature.TOKENIZE)[Output.TOKEN_IDS].tolist()
    return [_without_padding(ids, evidence.reference.pad_id) for ids in padded]


def _without_padding(ids: list[int], pad_id: int) -> list[int]:
    end = len(ids)
    while end and ids[end - 1] == pad_id:
        end -= 1
    return ids[:end]


def _first_difference(evidence: Evidence, number: int, seen: list[int]) -> str:
    expected = evidence.expected_ids[number]
    both = min(len(expected), len(seen))
    place = next((i for i in range(both) if expected[i] != seen[i]), both)
    words = evidence.answer(Signature.TOKENIZE)[Output.SUB_WORDS][number]
    spelled = evidence.reference.sub_words(expected)
    ours = f"{expected[place]} {spelled[place]!r}" if place < len(expected) else "the end"
    theirs = f"{seen[place]} {words[place].decode()!r}" if place < len(seen) else "the end"
    return f"token {place} is {theirs} instead of {ours}"
