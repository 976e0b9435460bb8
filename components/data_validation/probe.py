"""The probe: how much of the labels a cheap classifier can learn from the texts.

Shuffled labels leave every distribution as it was, and this figure falls. The classifier is
multinomial naive Bayes on the tokens of a row, which is linear in their counts. Counts are whole
numbers, so neither the order of the rows nor that of their files changes its answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import MultinomialNB

from components.data_validation.profile import Probe

TRAIN_ROWS, JUDGED_ROWS = 50_000, 20_000
_SMOOTHING = 0.1
_FEWEST = 64  # rows, learnt from before it is judged for the first time


class Sample:
    """Some rows of a split, chosen by the hash of their tokens.

    Args:
        limit: rows at most; of more, those with the smallest hashes.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._rows: list[tuple[bytes, int, bytes]] = []
        self._last: bytes | None = None

    def add(self, token_ids: np.ndarray, splits: np.ndarray, labels: np.ndarray) -> None:
        """Offers rows.

        Args:
            token_ids: int32 [tokens], the rows one after the other.
            splits: int64 [rows + 1]; row i is token_ids[splits[i]:splits[i + 1]].
            labels: int64 [rows].
        """
        text, width = token_ids.tobytes(), token_ids.itemsize
        starts = (splits * width).tolist()
        for start, end, label in zip(starts, starts[1:], labels.tolist(), strict=False):
            row = text[start:end]
            digest = blake2b(row, digest_size=8).digest()
            if self._last is None or digest <= self._last:
                self._rows.append((digest, label, row))
        if len(self._rows) > 2 * self._limit:
            self._cut()

    def _cut(self) -> None:
        self._rows = sorted(self._rows)[: self._limit]
        if len(self._rows) == self._limit:
            self._last = self._rows[-1][0]

    def rows(self) -> tuple[list[np.ndarray], np.ndarray]:
        """Token ids of each row, int32, and the labels, by hash order."""
        self._cut()
        texts = [np.frombuffer(row, np.int32) for _, _, row in self._rows]
        return texts, np.array([label for _, label, _ in self._rows], np.int64)


def probe(train: Sample, judged: Sample) -> Probe | None:
    """Learns from one sample, ever more of it, and judges on another.

    Args:
        train: to learn from.
        judged: to judge on.

    Returns:
        The shares after 64, 128, 256... rows, as far as there are rows; so two probes compare
        where both have learnt from as many. None where one of the samples is too small.
    """
    texts, labels = train.rows()
    judged_texts, judged_labels = judged.rows()
    if len(texts) < _FEWEST or not judged_texts:
        return None
    tokens = 1 + max(int(row.max(initial=0)) for row in (*texts, *judged_texts))
    learnt, asked = _count_tokens(texts, tokens), _count_tokens(judged_texts, tokens)
    classifier = MultinomialNB(alpha=_SMOOTHING)
    classes, top_1 = np.union1d(labels, judged_labels), []
    for start, end in _steps(len(texts)):
        classifier.partial_fit(learnt[start:end], labels[start:end], classes)
        top_1.append((end, float((classifier.predict(asked) == judged_labels).mean())))
    majority = np.unique(judged_labels, return_counts=True)[1].max() / len(judged_labels)
    return Probe(top_1, float(majority), len(judged_labels))


def _steps(rows: int) -> Iterable[tuple[int, int]]:
    start, end = 0, _FEWEST
    while end <= rows:
        yield start, end
        start, end = end, 2 * end


def _count_tokens(texts: list[np.ndarray], tokens: int) -> csr_matrix:
    """How often each row has each token, [rows, tokens]."""
    splits = np.concatenate([[0], np.cumsum([len(row) for row in texts])])
    values = np.concatenate(texts)
    return csr_matrix((np.ones(len(values)), values, splits), shape=(len(texts), tokens))
