"""The synthetic sample: proportions, schema, distinct texts; learnable, but not trivially."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from pathlib import Path

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.demo import sample
from pipeline.demo.sample import category_counts, generate_rows, write_sample
from pipeline.demo.vocabulary import load_vocabulary

FIELDS = ["link", "headline", "category", "short_description", "authors", "date"]

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return list(generate_rows(6000, seed=11))


def test_all_41_categories_occur_at_least_eight_times_in_4000_rows() -> None:
    counts = Counter(row["category"] for row in generate_rows(4000, seed=5))
    assert len(counts) == 41
    assert min(counts.values()) >= 8


def test_category_shares_are_within_one_row_of_the_real_ones(rows: Rows) -> None:
    categories = load_vocabulary().categories
    total = sum(category.count for category in categories.values())
    counts = Counter(row["category"] for row in rows)
    for name, category in categories.items():
        assert abs(counts[name] - category.count * len(rows) / total) < 1, name


def test_counts_at_full_size_are_the_real_ones() -> None:
    categories = load_vocabulary().categories
    counts = category_counts(categories, 200_853)
    assert counts == {name: category.count for name, category in categories.items()}


@pytest.mark.parametrize("count", [0, 1, 40, 41, 599])
def test_count_is_exact_even_when_it_does_not_divide(count: int) -> None:
    assert len(list(generate_rows(count, seed=0))) == count


def test_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    first = list(generate_rows(300, seed=1))
    assert first == list(generate_rows(300, seed=1))
    common = {row["headline"] for row in first} & {
        row["headline"] for row in generate_rows(300, seed=2)
    }
    assert len(common) < 30


def test_categories_are_shuffled_and_not_in_blocks(rows: Rows) -> None:
    assert len({row["category"] for row in rows[:300]}) > 25


def test_rows_have_the_kaggle_fields_in_order_and_valid_dates(rows: Rows) -> None:
    for row in rows:
        assert list(row) == FIELDS
        assert all(isinstance(value, str) for value in row.values())
        assert row["headline"].strip() == row["headline"] != ""
        day = datetime.date.fromisoformat(row["date"])
        assert sample.FIRST_DAY <= day <= sample.LAST_DAY


def test_no_slot_or_double_blank_is_left_in_a_text(rows: Rows) -> None:
    for row in rows:
        text = f"{row['headline']} {row['short_description']}"
        assert not {"{", "}", ";"} & set(text), text
        assert "  " not in text, text


def test_links_are_unique_and_plain(rows: Rows) -> None:
    links = {row["link"] for row in rows}
    assert len(links) == len(rows)
    assert all(link.startswith("https://www.example.com/entry/") for link in links)
    assert all(link.isascii() for link in links)


def test_headlines_are_distinct_so_that_a_hash_split_does_not_leak(rows: Rows) -> None:
    assert len({row["headline"] for row in rows}) == len(rows)


def test_empty_descriptions_are_as_frequent_as_in_the_real_file(rows: Rows) -> None:
    empty = sum(not row["short_description"] for row in rows) / len(rows)
    assert 0.08 < empty < 0.12


def test_authors_are_sometimes_empty(rows: Rows) -> None:
    empty = sum(not row["authors"] for row in rows) / len(rows)
    assert 0.1 < empty < 0.2


def test_texts_have_the_real_textures(rows: Rows) -> None:
    text = " ".join(f"{row['headline']} {row['short_description']}" for row in rows)
    for mark in ("’", "“", "'", '"', "—", "?", "é", "ñ", "😂", "$", "7"):
        assert mark in text, mark


def test_brand_names_keep_their_capitals(rows: Rows) -> None:
    assert any("iPhone" in row["headline"] for row in rows)
    assert not any("IPhone" in row["headline"] + row["short_description"] for row in rows)


def test_written_file_is_json_lines_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows.json"
    write_sample(path, count=50, seed=4)
    written = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert written == list(generate_rows(50, seed=4))
    assert list(path.parent.iterdir()) == [path]


def test_failure_while_writing_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(count: int, seed: int) -> None:
        raise RuntimeError("out of words")

    path = tmp_path / "rows.json"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(sample, "generate_rows", broken)
    with pytest.raises(RuntimeError, match="out of words"):
        write_sample(path, count=5, seed=0)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_words_tell_the_category_mostly_but_not_always(rows: Rows) -> None:
    texts = [f"{row['headline']} {row['short_description']}" for row in rows]
    categories = load_vocabulary().categories
    labels = [categories[row["category"]].topic for row in rows]
    assert len(set(labels)) == 28
    held_out = len(rows) // 10
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = LogisticRegression(C=10, tol=1e-2, max_iter=60)
    model.fit(vectorizer.fit_transform(texts[held_out:]), labels[held_out:])
    accuracy = model.score(vectorizer.transform(texts[:held_out]), labels[:held_out])
    assert 0.80 <= accuracy <= 0.92
