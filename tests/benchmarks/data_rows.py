"""Rows for `data_throughput.py`: a million in a minute, with real categories and lengths.

Categories have their real proportions. Words are those of the demo's sample, as often as there;
how many make up a text follows the twentieths of the first 9,999 rows of the News Category
Dataset's version 3, and one description in ten is empty, as in version 2.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from components.article.fields import (
    AUTHORS,
    CATEGORY,
    DATE,
    HEADLINE,
    LINK,
    SHORT_DESCRIPTION,
)
from pipeline.demo.sample import generate_rows
from pipeline.demo.vocabulary import load_vocabulary

HEADLINE_WORDS = (3, 8, 8, 9, 9, 10, 10, 10, 11, 11, 11, 11, 12, 12, 12, 12, 13, 13, 14, 14, 19)
TEXT_WORDS = (1, 8, 10, 12, 13, 14, 15, 16, 16, 17, 18, 19, 19, 20, 21, 22, 23, 24, 25, 26, 44)
EMPTY_DESCRIPTIONS = 0.1
_SAMPLED_ROWS = 3_000


def write_rows(path: Path, count: int, seed: int) -> None:
    """Writes rows as JSON lines; the same count and seed give the same file."""
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(count, seed):
            file.write(json.dumps(row) + "\n")


def _rows(count: int, seed: int) -> Iterator[dict[str, str]]:
    rng = random.Random(seed)
    sample = list(generate_rows(_SAMPLED_ROWS, seed))
    words = [word for row in sample for word in f"{row[HEADLINE]} {row[SHORT_DESCRIPTION]}".split()]
    categories = load_vocabulary().categories.values()
    names = rng.choices([c.name for c in categories], [c.count for c in categories], k=count)
    for number, (category, like) in enumerate(zip(names, _cycle(sample), strict=False)):
        headline = _words(words, HEADLINE_WORDS, rng)
        is_empty = rng.random() < EMPTY_DESCRIPTIONS
        slug = "-".join(headline.lower().split()[:7])
        yield {
            LINK: f"https://www.example.com/entry/{slug}_n_{number:08d}",
            HEADLINE: headline,
            CATEGORY: category,
            SHORT_DESCRIPTION: "" if is_empty else _words(words, TEXT_WORDS, rng),
            AUTHORS: like[AUTHORS],
            DATE: like[DATE],
        }


def _cycle(sample: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
    while True:
        yield from sample


def _words(words: Sequence[str], twentieths: Sequence[int], rng: random.Random) -> str:
    place = rng.randrange(len(twentieths) - 1)
    return " ".join(rng.choices(words, k=rng.randint(twentieths[place], twentieths[place + 1])))
