"""Why an export answers otherwise than its checkpoint: the usual mistakes, tried out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.serving.signatures import Output, Signature
from components.serving_check.evidence import Evidence
from components.serving_check.reference import joined_text
from components.serving_check.rows import Row

_EXPLAINED = 0.5  # of the rows that differ; what explains more is taken for the cause


def explain_tokens(evidence: Evidence, seen: Sequence[list[int]]) -> str:
    """Names the change of the text, or of the tokenizer, that gives the ids seen.

    Args:
        evidence: with the ids that were expected.
        seen: the export's ids of each row, without padding; some differ.
    """
    expected = evidence.expected_ids
    differs = np.array([ids != own for ids, own in zip(seen, expected, strict=True)])
    for cause, texts in _changed_texts(evidence.rows).items():
        changed = evidence.reference.token_ids(texts)
        same = np.array([ids == own for ids, own in zip(seen, changed, strict=True)])
        if same[differs].mean() > _EXPLAINED:
            return f"the export reads {cause}"
    longest = max(map(len, seen))
    cut = np.array([_is_cut(ids, own, longest) for ids, own in zip(seen, expected, strict=True)])
    if cut[differs].mean() > _EXPLAINED:
        return f"the export cuts texts at {longest} tokens"
    if _spells_otherwise(evidence, seen):
        return "the export has another tokenizer's vocabulary"
    return "the export tokenizes otherwise"


def explain_scores(evidence: Evidence, seen: np.ndarray) -> str:
    """Names the change that gives the probabilities seen, or at least where it must lie.

    Args:
        evidence: with the probabilities that were expected.
        seen: the export's, float32 [rows, classes]; some differ.
    """
    if np.isnan(seen).any():
        return "NaN comes out of the export's weights or operations"
    expected, tolerance = evidence.expected_scores, evidence.bounds.tolerance
    differs = ~_close(seen, expected, tolerance)
    if _close(np.sort(seen), np.sort(expected), tolerance)[differs].mean() > _EXPLAINED:
        return "the same probabilities stand under other classes: their order differs"
    for cause, texts in _changed_texts(evidence.rows).items():
        changed = evidence.reference.scores(texts)
        if _close(seen, changed, tolerance)[differs].mean() > _EXPLAINED:
            return f"the export scores {cause}"
    return "weights or operations differ, unless an earlier finding explains it"


def _changed_texts(rows: Sequence[Row]) -> dict[str, list[str]]:
    """What an export might read in place of all texts of a row."""
    alone = {
        f"the {name} alone": [row.texts[name].decode("utf-8", "replace") for row in rows]
        for name in rows[0].texts
    }
    return {"the text in lower case": [joined_text(row).lower() for row in rows], **alone}


def _close(scores: np.ndarray, others: np.ndarray, tolerance: float) -> np.ndarray:
    """Which rows of two arrays agree, bool [rows]."""
    return np.abs(scores - others).max(axis=1) <= tolerance


def _is_cut(ids: list[int], whole: list[int], longest: int) -> bool:
    """Whether ids are the first of a row's, up to a length; the last one may be </s>."""
    kept = min(len(whole), longest)
    return len(ids) == kept and ids[: kept - 1] == whole[: kept - 1]


def _spells_otherwise(evidence: Evidence, seen: Sequence[list[int]]) -> bool:
    """Whether an id means another sub-word to the export than to the checkpoint's tokenizer."""
    words = evidence.answer(Signature.TOKENIZE)[Output.SUB_WORDS]
    return any(
        [word.decode() for word in row[: len(ids)]] != evidence.reference.sub_words(ids)
        for ids, row in zip(seen, words, strict=True)
    )
