"""Faults that a data set can have, planted into good rows: each is stopped by a rule."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from components.data_validation.judge import judge, not_compared
from components.data_validation.profile import DataProfile
from components.data_validation.settings import ValidationPolicy
from components.data_validation.verdict import DataVerdict
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.demo.sample import generate_rows
from pipeline.settings import DataSettings
from tests.support.profiled_rows import Row, profile_rows
from tests.support.transform_graph import NAMES, make_transform_graph

ROWS, ANALYSED = 1_500, 50
TODAY = date(2026, 1, 2)
TAXONOMY = load_taxonomy(DataSettings().taxonomy)
GERMAN = (
    *("Der Bundestag", "stimmt über den Haushalt ab", "nach einer langen Nacht", "Zehn Übungen"),
    *("für den Morgen", "Ihr Herz wird es danken", "Gesundheit und Wirtschaft", "im Wandel"),
)

Plant = Callable[[list[Row]], list[Row]]


def rows(seed: int, count: int = ROWS) -> list[Row]:
    return list(generate_rows(count, seed))


def shuffled_labels(rows: list[Row]) -> list[Row]:
    categories = [row["category"] for row in rows]
    random.Random(1).shuffle(categories)
    return [{**row, "category": other} for row, other in zip(rows, categories, strict=True)]


def one_category_gone(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["category"] != "TECH"]


def upper_cased(rows: list[Row]) -> list[Row]:
    fields = ("headline", "short_description")
    return [{**row, **{name: row[name].upper() for name in fields}} for row in rows]


def lower_cased(rows: list[Row]) -> list[Row]:
    fields = ("headline", "short_description")
    return [{**row, **{name: row[name].lower() for name in fields}} for row in rows]


def emptied_descriptions(rows: list[Row]) -> list[Row]:
    return [{**row, "short_description": ""} for row in rows]


def another_language(rows: list[Row]) -> list[Row]:
    rng = random.Random(1)

    def text(said: str) -> str:
        return " ".join(rng.choices(GERMAN, k=3)) if said else ""

    fields = ("headline", "short_description")
    return [{**row, **{name: text(row[name]) for name in fields}} for row in rows]


def year_2030(rows: list[Row]) -> list[Row]:
    return [{**row, "date": f"2030{row['date'][4:]}"} for row in rows]


def no_dates(rows: list[Row]) -> list[Row]:
    return [{**row, "date": ""} for row in rows]


def one_class_swells(rows: list[Row]) -> list[Row]:
    return [
        {**row, "category": "CRIME"} if place % 4 == 0 else row for place, row in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def profiled(
    checkpoint: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[list[Row]], DataProfile]:
    folder = tmp_path_factory.mktemp("profiles")
    analysed = [[row[name] for name in NAMES] for row in rows(7, 500)[:ANALYSED]]
    graph, _ = make_transform_graph(analysed, TAXONOMY, checkpoint, 64, folder)
    return partial(profile_rows, graph=graph, taxonomy=TAXONOMY, folder=folder)


@pytest.fixture(scope="module")
def good(profiled: Callable[[list[Row]], DataProfile]) -> DataProfile:
    """Of the rows that the blessed model was trained on."""
    return profiled(rows(7))


def decide(profile: DataProfile, baseline: DataProfile | None, **policy: object) -> DataVerdict:
    findings = judge(profile, baseline, [], ValidationPolicy.model_validate(policy), TODAY)
    return DataVerdict(findings, None, [], TODAY.isoformat())


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (shuffled_labels, "probe_drop"),
        (one_category_gone, "category_kept"),
        (upper_cased, "whole_words"),
        (lower_cased, "one_case"),
        (emptied_descriptions, "empty_descriptions"),
        (another_language, "whole_words"),
        (year_2030, "future_dates"),
        (no_dates, "undated"),
        (one_class_swells, "class_share"),
    ],
)
def test_a_planted_fault_is_stopped_by_its_rule(
    profiled: Callable[[list[Row]], DataProfile], good: DataProfile, plant: Plant, rule: str
):
    verdict = decide(profiled(plant(rows(7))), good)
    print("\n".join(map(str, verdict.broken)))
    assert verdict.refused
    assert rule in {finding.rule for finding in verdict.findings if finding.stops}
    (broken,) = (finding for finding in verdict.findings if finding.stops and finding.rule == rule)
    assert str(broken) in verdict.refusal
    assert all(
        name.startswith("validation.") and name in verdict.refusal for name in broken.settings
    )


@pytest.mark.parametrize(
    "seed_and_count", [(7, ROWS), (8, ROWS), (9, ROWS // 2), (9, 500)], ids=str
)
def test_honest_rows_pass_and_nothing_warns(
    profiled: Callable[[list[Row]], DataProfile],
    good: DataProfile,
    seed_and_count: tuple[int, int],
):
    assert decide(profiled(rows(*seed_and_count)), good).broken == []


def test_shuffled_labels_leave_all_other_rules_whole(
    profiled: Callable[[list[Row]], DataProfile], good: DataProfile
):
    profile = profiled(shuffled_labels(rows(7)))
    stopping = [finding.rule for finding in decide(profile, good).findings if finding.stops]
    assert stopping == ["probe_drop"]
    alone = decide(profile, None)
    assert not alone.refused
    assert [finding.rule for finding in alone.broken] == ["probe_gain"], "named without a baseline"


def test_a_broken_rule_is_accepted_by_its_bound_or_its_severity(
    profiled: Callable[[list[Row]], DataProfile], good: DataProfile
):
    profile = profiled(no_dates(rows(7)))
    assert decide(profile, good).refused
    assert decide(profile, good, max_undated_change=1.0).broken == []
    warned = decide(profile, good, drift="warn")
    assert not warned.refused and [finding.rule for finding in warned.broken] == ["undated"]
    rules = {
        finding.rule for finding in decide(profile, good, drift="ignore", skew="ignore").findings
    }
    assert "undated" not in rules and "probe_drop" in rules


def test_figures_that_do_not_mean_the_same_are_not_compared(
    profiled: Callable[[list[Row]], DataProfile], good: DataProfile
):
    profile = profiled(shuffled_labels(upper_cased(rows(7))))
    assert not_compared(profile, good) == []
    other = replace(profile, tokenizer="another", class_of={**TAXONOMY.class_of, "NEW": "NEW"})
    labels, words = not_compared(other, good)
    assert labels.endswith(
        "another taxonomy, so there is no comparison of class_share, category_kept, probe_drop"
    )
    assert words.endswith("tokens_a_word, whole_words, probe_drop")
    stopping = {finding.rule for finding in decide(other, good).findings if finding.stops}
    assert stopping == {"one_case"}


def test_a_single_row_from_the_future_is_named_and_stops_nothing(
    profiled: Callable[[list[Row]], DataProfile], good: DataProfile
):
    odd = rows(7)
    odd[3] = {**odd[3], "date": "2030-05-05"}
    verdict = decide(profiled(odd), good)
    (broken,) = verdict.broken
    assert broken.rule == "misdated" and "2030-05-05" in str(broken)
    assert not verdict.refused


def test_the_profile_does_not_depend_on_the_order_of_rows_nor_on_shards(
    profiled: Callable[..., DataProfile], good: DataProfile
):
    some = rows(7)
    train = [row for place, row in enumerate(some) if place % 5]
    held_out = some[::5]
    random.Random(2).shuffle(train)
    random.Random(3).shuffle(held_out)
    moved = [held_out.pop() if place % 5 == 0 else train.pop() for place in range(len(some))]
    assert profiled(moved, shards=3) == good
