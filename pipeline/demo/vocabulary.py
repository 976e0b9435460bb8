"""Reads vocabulary.yaml: what each of the 41 categories talks about, and how often it occurs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

VOCABULARY_FILE = Path(__file__).with_name("vocabulary.yaml")

Phrases = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Category:
    """One category: its real row count, its topic, the categories it borders on, its phrases."""

    name: str
    count: int
    topic: str
    neighbours: tuple[str, ...]
    phrases: Phrases


@dataclass(frozen=True)
class Vocabulary:
    """All that the generator knows: probabilities, phrases for everyone, and the categories."""

    shares: Mapping[str, float]
    shared: Phrases
    categories: Mapping[str, Category]


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Returns the vocabulary that ships with this package."""
    document = yaml.safe_load(VOCABULARY_FILE.read_text(encoding="utf-8"))
    topics = {name: _phrases(lists) for name, lists in document["topics"].items()}
    categories = {
        name: _category(name, entry, topics[entry["topic"]])
        for name, entry in document["categories"].items()
    }
    return Vocabulary(document["shares"], _phrases(document["shared"]), categories)


def _category(name: str, entry: Mapping[str, Any], topic: Phrases) -> Category:
    """Joins a category's own lists to its topic's: categories of one topic share most words."""
    own = _phrases({key: text for key, text in entry.items() if key not in ("count", "topic")})
    phrases = {key: own.get(key, ()) + topic.get(key, ()) for key in {**topic, **own}}
    return Category(name, entry["count"], entry["topic"], phrases.pop("neighbours"), phrases)


def _phrases(lists: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Splits each text at semicolons and line ends into its phrases."""
    return {name: tuple(re.split(r"\s*[;\n]\s*", text.strip())) for name, text in lists.items()}
