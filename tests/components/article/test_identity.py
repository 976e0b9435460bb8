"""An article stays the same article, whatever is done to its text and its link."""

from __future__ import annotations

import time

import pytest

from components.article.fields import TEXT_FIELDS
from components.article.identity import (
    article_words,
    identity_hash,
    link_identity,
    normalised_words,
)

LINK = "https://www.huffpost.com/entry/budget-vote_n_632d719ee4b087fae6feaac9"


def identity(headline: str = "Senate passes budget", link: str = "", **fields: str) -> str:
    article = {"headline": headline, "short_description": "", "link": link, **fields}
    return identity_hash(article, TEXT_FIELDS)


@pytest.mark.parametrize(
    "edited", ["Senate passes budget.", "UPDATE: Senate passes budget", "“Senate” passes", ""]
)
def test_with_a_link_the_text_does_not_matter(edited: str):
    assert identity(edited, LINK, short_description="x") == identity(link=LINK)


@pytest.mark.parametrize(
    "link",
    [
        LINK.replace("www.huffpost.com", "www.huffingtonpost.com"),
        LINK.replace("https", "http") + "/",
        LINK.replace("budget-vote_n_", "senate-budget_us_"),
        LINK + "?utm_source=mail&ncid=1#comments",
        f"https://www.huffingtonpost.com{LINK}",
        LINK.replace("https:", ""),
        f" {LINK}\n",
    ],
)
def test_one_article_may_have_many_links(link: str):
    assert link_identity(link) == link_identity(LINK)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://site.com/a", "https://www.site.com/a/"),
        ("http://site.com/a?b=1&id=2", "http://m.site.com/a?id=2&b=1&fbclid=x"),
        ("site.com/a1", "http://site.com/a1"),
    ],
)
def test_links_of_other_sites(one: str, other: str):
    assert link_identity(one) == link_identity(other) != ""


def test_what_tells_two_articles_apart_is_kept():
    links = [
        *("http://site.com/a?id=1", "http://site.com/a?id=2", "http://site.com/a"),
        *("http://site.com/A", "http://other.com/a", "12345", "12346", "http://[site.com/1"),
        *(LINK[:-1] + "a", "http://site.com/story?12345", "http://site.com/story?6789"),
    ]
    assert len({link_identity(link) for link in links}) == len(links)


@pytest.mark.parametrize("link", ["", " ", "n/a", "-", "none", "https://www.huffpost.com/", "//x"])
def test_a_link_that_names_no_article_leaves_it_to_the_text(link: str):
    assert link_identity(link) == ""
    assert identity(link=link) == identity() != identity("Another")


@pytest.mark.parametrize(
    "edited",
    [
        *("SENATE PASSES BUDGET", "Senate  passes\tbudget ", "“Senate” passes: budget!"),
        *("Sénate passes büdget", "Ｓｅｎａｔｅ passes budget", "Senate pas\u00adses budget…"),
    ],
)
def test_without_a_link_case_marks_and_punctuation_do_not_matter(edited: str):
    assert identity(edited) == identity()


def test_the_first_text_that_is_not_blank_counts():
    assert identity("", short_description="Only this") == identity("Only this")
    assert identity("Same", short_description="x") == identity("Same", short_description="y")


def test_texts_without_words_are_told_apart():
    assert len({identity(text) for text in ("!!!", "???", "🎉", "🎉🎉")}) == 4


def test_identities_do_not_change_between_versions():
    assert identity(link=LINK) == "0d73fbb5aad90ec4359647cc34a58fae"
    assert identity() == "7650be769729574804a9cfeec81d61e8"


def test_words():
    assert normalised_words("Don’t “Stop”: U.S. café, 23 ①") == [
        *("dont", "stop", "u", "s", "cafe", "23", "1"),
    ]


@pytest.mark.parametrize("link", ["#1", "?#2", "http://site.com/#3"])
def test_a_link_to_no_page_is_none(link: str):
    assert link_identity(link) == ""
    assert identity(link=link) == identity()


def test_a_text_that_cannot_be_seen_is_none():
    one, other = (identity("\u200b", short_description=text) for text in ("One", "Other"))
    assert one != other


def test_texts_without_a_word_are_told_apart():
    texts = [{"headline": text, "short_description": ""} for text in ("!!!", "?", "\U0001f642 !")]
    words = [article_words(text, TEXT_FIELDS) for text in texts]
    assert words == [["!!!"], ["?"], ["\U0001f642", "!"]]


def test_a_hostile_link_takes_no_time():
    begun = time.process_time()
    link_identity("/" * 300_000 + "http://")
    assert time.process_time() - begun < 1
