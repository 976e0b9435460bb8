"""Texts that are nearly the same: candidates by their MinHash signatures, compared by their words.

Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3: signatures are cut into
bands, and two texts that agree in a band are candidates.
"""

from __future__ import annotations

import numpy as np
from datasketch import MinHash
from scipy.stats import binom

_PERMUTATIONS = 128
_SEED = 1
_MOST_MISSED = 1e-4
"""Largest probability that a pair just as similar as asked for agrees in no band."""
_SKETCH = 32  # bytes of a signature that all candidates are compared by first
_PAIRS_AT_ONCE = 1 << 15
_SIGNATURES_AT_ONCE = 1 << 12


class TwinSearch:
    """Finds near twins among texts.

    Two texts are near twins if the words that both have are at least `similarity` of those that one
    of them has (Jaccard's index of the sets of words). A text without words has none.

    Args:
        words: hashes of words, ascending within a text, uint32 [words].
        starts: of each text's first word in `words`, int64 [texts].
        sizes: different words of each text, int64 [texts].
        similarity: from 0, exclusive, to 1.
    """

    def __init__(self, words: np.ndarray, starts: np.ndarray, sizes: np.ndarray, similarity: float):
        self._words, self._starts, self._sizes = words, starts, sizes
        self._similarity = similarity
        self._least_alike = int(binom.ppf(_MOST_MISSED, _SKETCH, similarity))
        self._bands, self._sketches = self._sign(_rows_of_a_band(similarity))

    def find(self, texts: np.ndarray, among: np.ndarray) -> np.ndarray:
        """Which of some texts have a near twin among others.

        Args:
            texts: their numbers, int64 [n].
            among: numbers of the others; a text is not its own twin.

        Returns:
            bool [n].
        """
        found = np.zeros(len(texts), bool)
        for band in self._bands:
            signatures = band[among]
            order = np.argsort(signatures, kind="stable")
            open_ = np.flatnonzero(~found)
            ascending, wanted = signatures[order], band[texts[open_]]
            first = np.searchsorted(ascending, wanted, "left")
            end = np.searchsorted(ascending, wanted, "right")
            found[self._compare_candidates(texts, open_, among[order], first, end)] = True
        return found

    def _compare_candidates(
        self,
        texts: np.ndarray,
        open_: np.ndarray,
        candidates: np.ndarray,
        first: np.ndarray,
        end: np.ndarray,
    ) -> np.ndarray:
        """Those of the open texts that have a twin among their candidates first to end.

        A few of each text's candidates are compared at a time, then twice as many: one of a
        thousand texts from a template finds its twin in the first round.
        """
        found, several = [], 1
        while len(open_ := open_[keep := first < end]):
            first, end = first[keep], end[keep]
            several = min(several, max(_PAIRS_AT_ONCE // len(open_), 1))
            number = np.minimum(end - first, several)
            of_text = np.repeat(np.arange(len(open_)), number)
            within = np.arange(len(of_text)) - np.repeat(np.cumsum(number) - number, number)
            others = candidates[first[of_text] + within]
            twins = self._are_twins(texts[open_[of_text]], others)
            is_found = np.bincount(of_text[twins], minlength=len(open_)) > 0
            found.append(open_[is_found])
            first = np.where(is_found, end, first + number)
            several *= 2
        return np.concatenate([np.zeros(0, np.int64), *found])

    def _are_twins(self, texts: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Whether each text and its other are near twins, bool [pairs]."""
        sizes, other_sizes = self._sizes[texts], self._sizes[others]
        smaller, larger = np.minimum(sizes, other_sizes), np.maximum(sizes, other_sizes)
        is_twin = (texts != others) & (smaller >= self._similarity * larger)
        for part in _parts(np.flatnonzero(is_twin)):
            equal = self._sketches[texts[part]] == self._sketches[others[part]]
            is_twin[part] = equal.sum(axis=1) >= self._least_alike
        for part in _parts(np.flatnonzero(is_twin)):
            both = self._count_common(texts[part], others[part])
            either = sizes[part] + other_sizes[part] - both
            is_twin[part] = both >= self._similarity * either
        return is_twin

    def _count_common(self, texts: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Words that each text has in common with its other, int64 [pairs]."""
        keys = np.sort(np.concatenate([self._keys(texts), self._keys(others)]))
        common = keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)
        return np.bincount(common.astype(np.int64), minlength=len(texts))

    def _keys(self, texts: np.ndarray) -> np.ndarray:
        """The words of each text, with its place among the texts in front, uint64 [words]."""
        sizes = self._sizes[texts]
        of_text = np.repeat(np.arange(len(texts)), sizes)
        within = np.arange(len(of_text)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        words = self._words[self._starts[texts][of_text] + within]
        return of_text.astype(np.uint64) << np.uint64(32) | words

    def _sign(self, rows_of_a_band: int) -> tuple[np.ndarray, np.ndarray]:
        """The bands of all signatures, each as one number, uint64 [bands, texts], and some bytes.

        The bytes, uint8 [texts, _SKETCH], agree as often as the signatures do.
        """
        texts = len(self._sizes)
        bands = _PERMUTATIONS // rows_of_a_band
        signed = np.empty((bands, texts), np.uint64)
        sketches = np.empty((texts, _SKETCH), np.uint8)
        empty = MinHash(_PERMUTATIONS, seed=_SEED, hashfunc=int)
        # Odd numbers, which lose nothing in a product modulo 2 ** 64.
        factors = np.random.default_rng(_SEED).integers(
            1 << 63, size=rows_of_a_band, dtype=np.uint64
        ) * np.uint64(2) + np.uint64(1)
        for start in range(0, texts, _SIGNATURES_AT_ONCE):
            end = min(start + _SIGNATURES_AT_ONCE, texts)
            signatures = np.stack([self._signature(empty, text) for text in range(start, end)])
            parts = signatures[:, : bands * rows_of_a_band].reshape(-1, bands, rows_of_a_band)
            sketches[start:end] = signatures[:, :: _PERMUTATIONS // _SKETCH]
            mixed = (parts + np.uint64(1)) * factors
            mixed ^= mixed >> np.uint64(29)
            signed[:, start:end] = (mixed * factors).sum(axis=2, dtype=np.uint64).T
            # Without words all signatures are the same; such texts shall not meet.
            for text in start + np.flatnonzero(self._sizes[start:end] == 0):
                signed[:, text] = text
        return signed, sketches

    def _signature(self, empty: MinHash, text: int) -> np.ndarray:
        words = self._words[self._starts[text] :][: self._sizes[text]]
        if not len(words):
            return empty.hashvalues
        signature = empty.copy()
        signature.update_batch(words.tolist())
        return signature.hashvalues


def _parts(pairs: np.ndarray) -> list[np.ndarray]:
    return np.array_split(pairs, len(pairs) // _PAIRS_AT_ONCE + 1)


def _rows_of_a_band(similarity: float) -> int:
    """The most rows of a band with which hardly any pair of twins is missed.

    A pair agrees in a row with a probability of its similarity.
    """
    for rows in range(16, 1, -1):
        if (1 - similarity**rows) ** (_PERMUTATIONS // rows) <= _MOST_MISSED:
            return rows
    return 1
