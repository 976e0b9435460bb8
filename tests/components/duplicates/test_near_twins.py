"""Near twins are those that comparing every pair finds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from components.duplicates.near_twins import TwinSearch


def search(texts: list[list[int]], similarity: float = 0.8) -> TwinSearch:
    words = [sorted(set(text)) for text in texts]
    offsets = np.cumsum([0, *map(len, words)])
    flat = np.array([word for text in words for word in text], np.uint32)
    return TwinSearch(flat, offsets[:-1], np.diff(offsets), similarity)


def are_twins(one: list[int], other: list[int], similarity: float) -> bool:
    both, either = set(one) & set(other), set(one) | set(other)
    return bool(either) and len(both) >= similarity * len(either)


def make_texts(count: int, seed: int) -> list[list[int]]:
    """Random texts, of which a third are edits of earlier ones, some from a template."""
    rng = random.Random(seed)
    texts: list[list[int]] = []
    for _ in range(count):
        size = rng.randrange(1, 40)
        text = [rng.randrange(1 << 32) for _ in range(size)]
        if texts and rng.random() < 0.35:
            text = list(rng.choice(texts))
            for _ in range(rng.randrange(6)):
                text[rng.randrange(len(text))] = rng.randrange(1 << 32)
        if rng.random() < 0.1:
            text = [*range(12), rng.randrange(1 << 32), rng.randrange(1 << 32)]
        texts.append(text)
    return texts


@pytest.mark.parametrize("similarity", [0.5, 0.8, 1.0])
def test_they_are_those_of_all_pairs(similarity: float):
    texts = make_texts(700, seed=3)
    ours, others = np.arange(0, 300), np.arange(300, 700)
    found = search(texts, similarity).find(ours, others)
    expected = [
        any(are_twins(texts[one], texts[other], similarity) for other in others) for one in ours
    ]
    assert found.tolist() == expected
    assert 20 < found.sum() < 280


def test_a_text_is_not_its_own_twin_and_one_without_words_has_none():
    texts = [[], [1, 2, 3], [], [7, 8, 9]]
    every = np.arange(len(texts))
    assert not search(texts).find(every, every).any()


def test_thousands_of_texts_from_one_template_take_no_square_of_their_number():
    template = list(range(100))
    alike = [[*template, 1_000 + number] for number in range(4_000)]
    every = np.arange(len(alike))
    assert search(alike).find(every, every).all()


def test_nothing_is_found_among_nothing():
    none = np.zeros(0, np.int64)
    assert search([[1]]).find(none, np.arange(1)).tolist() == []
    assert search([[1]]).find(np.arange(1), none).tolist() == [False]
