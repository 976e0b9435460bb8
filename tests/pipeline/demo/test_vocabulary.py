"""The vocabulary: complete, closed, and free of phrases that would break a sentence."""

from __future__ import annotations

import re

import pytest

from pipeline.demo.vocabulary import VOCABULARY_FILE, Category, Phrases, load_vocabulary

# What the templates for everybody ask of every category.
NEEDED = {"people", "do", "someone", "did", "thing", "idea", "tip", "event"}
CATEGORIES = list(load_vocabulary().categories.values())


def test_there_are_41_categories_in_28_topics_with_the_real_total() -> None:
    assert len(CATEGORIES) == 41
    assert len({category.topic for category in CATEGORIES}) == 28
    assert sum(category.count for category in CATEGORIES) == 200_853


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.name)
def test_category_has_the_words_and_templates_that_sentences_need(category: Category) -> None:
    assert set(category.phrases) >= NEEDED | {"headlines", "descriptions"}
    for name, phrases in category.phrases.items():
        assert len(phrases) >= 4, f"too few {name}"


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.name)
def test_every_slot_of_a_category_can_be_filled(category: Category) -> None:
    known = {*category.phrases, *load_vocabulary().shared}
    assert _slots(category.phrases) <= known


def test_templates_for_everybody_ask_only_for_what_every_category_has() -> None:
    shared = load_vocabulary().shared
    assert _slots(shared) <= NEEDED | set(shared)


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.name)
def test_neighbours_are_categories_of_other_topics(category: Category) -> None:
    categories = load_vocabulary().categories
    assert len(category.neighbours) >= 3
    for name in category.neighbours:
        assert categories[name].topic != category.topic


def test_siblings_share_most_of_their_phrases() -> None:
    categories = load_vocabulary().categories
    for one, other in (("PARENTS", "PARENTING"), ("WELLNESS", "HEALTHY LIVING")):
        ours, theirs = (set(categories[name].phrases["thing"]) for name in (one, other))
        assert len(ours & theirs) / len(ours | theirs) > 0.7


def test_no_phrase_is_empty_or_listed_twice_in_one_list() -> None:
    for lists in (load_vocabulary().shared, *(category.phrases for category in CATEGORIES)):
        for name, phrases in lists.items():
            assert all(phrases), name
            repeated = {phrase for phrase in phrases if phrases.count(phrase) > 1}
            assert not repeated, (name, repeated)


def test_shares_are_probabilities() -> None:
    assert all(0 <= share <= 1 for share in load_vocabulary().shares.values())


def test_the_file_stays_small_enough_to_review() -> None:
    assert VOCABULARY_FILE.stat().st_size < 150_000


def _slots(lists: Phrases) -> set[str]:
    text = " ".join(phrase for phrases in lists.values() for phrase in phrases)
    return set(re.findall(r"\{([a-z_]+)\d?\}", text))
