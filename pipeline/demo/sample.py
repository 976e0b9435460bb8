"""Generates the demo's synthetic news rows, in the schema of the Kaggle News Category Dataset."""

from __future__ import annotations

import datetime
import json
import os
import random
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from components.article.fields import (
    AUTHORS,
    CATEGORY,
    DATE,
    HEADLINE,
    LINK,
    SHORT_DESCRIPTION,
)
from pipeline.demo.vocabulary import Category, Vocabulary, load_vocabulary
from pipeline.demo.writer import ArticleWriter

# The span of the real version 2 file.
FIRST_DAY = datetime.date(2012, 1, 28)
LAST_DAY = datetime.date(2018, 5, 26)

# How often to try for a headline that has not occurred yet before a repetition is accepted.
_ATTEMPTS = 50


def generate_rows(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Yields `count` rows over all categories in their real proportions, shuffled by `seed`."""
    vocabulary = load_vocabulary()
    rng = random.Random(seed)
    order = [
        category
        for category, share in category_counts(vocabulary.categories, count).items()
        for _ in range(share)
    ]
    rng.shuffle(order)
    seen: set[str] = set()
    for number, name in enumerate(order, start=1):
        yield _row(number, vocabulary, vocabulary.categories[name], rng, seen)


def write_sample(path: str | os.PathLike[str], count: int, seed: int) -> None:
    """Writes `count` rows as JSON lines; the file appears only when it is complete."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            for row in generate_rows(count, seed):
                file.write(json.dumps(row) + "\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def category_counts(categories: Mapping[str, Category], count: int) -> dict[str, int]:
    """Divides `count` rows in the categories' proportions, by largest remainder."""
    total = sum(category.count for category in categories.values())
    quotas = {name: divmod(category.count * count, total) for name, category in categories.items()}
    counts = {name: whole for name, (whole, _) in quotas.items()}
    by_remainder = sorted(quotas, key=lambda name: quotas[name][1], reverse=True)
    for name in by_remainder[: count - sum(counts.values())]:
        counts[name] += 1
    return counts


def _row(
    number: int, vocabulary: Vocabulary, category: Category, rng: random.Random, seen: set[str]
) -> dict[str, str]:
    for _ in range(_ATTEMPTS):
        writer = ArticleWriter(vocabulary, category, rng)
        headline = writer.headline()
        if headline not in seen:
            break
    seen.add(headline)
    return {
        LINK: _link(headline, number),
        HEADLINE: headline,
        CATEGORY: category.name,
        SHORT_DESCRIPTION: writer.description(),
        AUTHORS: _authors(vocabulary, rng),
        DATE: _date(rng),
    }


def _link(headline: str, number: int) -> str:
    """Returns an address in the site's manner; the number makes it unique within a sample."""
    plain = unicodedata.normalize("NFKD", headline).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower().replace("'", ""))
    return f"https://www.example.com/entry/{'-'.join(words[:7])}_n_{number:06d}"


def _authors(vocabulary: Vocabulary, rng: random.Random) -> str:
    shared, shares = vocabulary.shared, vocabulary.shares
    if rng.random() < shares["empty_authors"]:
        return ""
    people = 2 if rng.random() < shares["second_author"] else 1
    names = (
        f"{rng.choice(shared['first_names'])} {rng.choice(shared['last_names'])}"
        for _ in range(people)
    )
    byline = " and ".join(names)
    if rng.random() < shares["affiliation"]:
        byline += f", {rng.choice(shared['affiliations'])}"
    return byline


def _date(rng: random.Random) -> str:
    days = rng.randrange((LAST_DAY - FIRST_DAY).days + 1)
    return (FIRST_DAY + datetime.timedelta(days=days)).isoformat()
