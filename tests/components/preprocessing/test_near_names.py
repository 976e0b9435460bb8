"""Names that look alike: the data set's own twins are found, and its other categories are not."""

from __future__ import annotations

import pytest

from components.preprocessing.near_names import find_nearest, find_twins
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.settings import DataSettings

CATEGORIES = sorted(load_taxonomy(DataSettings().taxonomy, ["U.S. NEWS"]).class_of)


def test_the_twins_of_the_data_set_are_proposed_and_nothing_else():
    assert find_twins(CATEGORIES) == [
        ["ARTS", "ARTS & CULTURE", "CULTURE & ARTS"],
        ["PARENTING", "PARENTS"],
        ["STYLE", "STYLE & BEAUTY"],
        ["THE WORLDPOST", "WORLD NEWS", "WORLDPOST"],
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["Sport", "SPORTS"],
        ["tech", "Technology"],
        ["ENTERTAINMENT", "ENTERTAINMNET"],
        ["food and drink", "Drink & Food"],
        ["Wirtschaft", "Wirtschaft und Geld"],
        ["Künste", "KÜNSTE"],
    ],
)
def test_words_are_compared(names: list[str]):
    assert find_twins([*names, "WEATHER"]) == [names]


@pytest.mark.parametrize("names", [["ART", "CART"], ["WOMEN", "MEN"], ["!!", "??"], ["A", ""], []])
def test_other_names_are_no_twins(names: list[str]):
    assert find_twins(names) == []


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Arts", ["ARTS", "ARTS & CULTURE", "CULTURE & ARTS"]),
        ("POLTICS", ["POLITICS"]),
        ("US NEWS", ["U.S. NEWS"]),
        ("science & technology", ["SCIENCE", "TECH"]),
        ("", []),
        ("ZZZ", []),
    ],
)
def test_the_nearest_names_come_first(name: str, near: list[str]):
    assert find_nearest(name, CATEGORIES)[: max(len(near), 1)] == near
