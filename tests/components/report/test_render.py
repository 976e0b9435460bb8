"""The page: what it says of good and bad runs, and that no text of a row becomes markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from components.report.content import Content, TextField
from components.report.render import render
from tests.components.report.contents import CLASSES, HOSTILE, good_content, troubled_content

_LARGEST_BYTES = 5_000_000


class Page(HTMLParser):
    """Collects what a parser makes of a page: its elements, and its text in one line."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._is_code = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._is_code = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def parse(content: Content) -> Page:
    return Page(render(content).decode())


def test_a_good_run_shows_the_verdict_with_its_figures_and_their_change():
    text = parse(good_content()).text
    assert "Blessed, and pushed" in text
    assert "82.3 % +2.3 from 80.0 %" in text
    assert "0.774 −0.136 from 0.910" in text
    assert "720 train, 90 eval, 90 test" in text and "U.S. NEWS 9" in text
    assert "Left out 3 test: a near twin in train 3" in text
    assert "17 repeat the words of an earlier one, 5 have a near twin with other words" in text
    assert "1 h 02 min" in text
    assert "latency p99 12.5 ms reported, not bounded" in text


def test_the_rules_on_the_data_are_listed_with_what_they_found():
    text = parse(good_content()).text
    assert "1 rules, 0 broken; compared with model 9." in text
    assert "tokens_a_word all rows pass tokens a word: 1.2" in text
    assert "no earlier model's data" in parse(troubled_content()).text


def test_fields_that_were_read_as_empty_are_counted():
    content = good_content()
    assert "read as empty" not in parse(content).text
    counts = replace(content.data.counts, emptied={"date": 1_900, "authors": 3})
    text = parse(replace(content, data=replace(content.data, counts=counts))).text
    assert "read as empty: authors in 3, date in 1,900" in text


def test_what_was_estimated_is_said_to_be_about_right():
    content = good_content()
    texts = [TextField("train", "headline", 90_000, 51.2, 7, 61_000, is_counted=False)]
    text = parse(replace(content, data=replace(content.data, texts=texts))).text
    assert "headline train 51.2 7 about 61,000" in text
    assert "about 800" not in parse(content).text


def test_classes_with_too_few_rows_to_be_judged_are_named():
    assert f"Too small for rules on classes, by their rows: {CLASSES[1]} 7" in (
        parse(good_content()).text
    )


def test_a_bad_run_says_why_and_what_is_not_known():
    text = parse(troubled_content()).text
    assert "Not blessed" in text and "Nothing was pushed" in text
    assert "Top-1 is 41.0 %, and at least 70.0 % is needed" in text
    assert "none: no model has been blessed yet" in text
    assert "The run had no serving check" in text
    assert "No row was measured." in text
    assert "nan" not in text.lower()


@pytest.mark.parametrize("content", [good_content(), troubled_content()], ids=["good", "troubled"])
def test_nothing_is_run_or_loaded_but_the_page_s_own_script(content: Content):
    page = parse(content)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 1
    assert not {"img", "iframe", "object", "form", "base"} & set(tags)
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "action"):
            assert (attributes.get(name) or "#").startswith(("#", "data:,")), (tag, attributes)


def test_hostile_texts_are_shown_as_they_are():
    html = render(troubled_content()).decode()
    text = Page(html).text
    for hostile in HOSTILE[:3]:
        assert hostile in text
    assert "\x00" not in html and "\x07" not in html
    assert "\ufffd\ufffd NUL and bell, ? half a pair" in text


def test_a_run_without_epochs_rows_and_validator_has_a_page():
    content = good_content()
    empty = replace(
        content,
        run_id="",
        epochs=[],
        predictions=replace(content.predictions, scored=0, mistakes=[], random=[], lengths=None),
        data=replace(content.data, anomalies=None, categories=[], texts=[], quarantined=[]),
    )
    text = parse(empty).text
    assert "no epoch" in text and "No row was scored" in text and "no ExampleValidator" in text


def test_a_page_with_the_most_it_can_hold_stays_small():
    content = good_content()
    long = replace(content.predictions.random[0], texts=["ä" * 600, "€" * 600])
    bad = replace(content.data.quarantined[0], raw="€".encode() * 2_000, reason="reason " * 50)
    full = replace(
        content,
        predictions=replace(content.predictions, mistakes=[long] * 20, random=[long] * 20),
        data=replace(content.data, quarantined=[bad] * 50),
        epochs=[replace(content.epochs[0], number=n) for n in range(1, 101)],
    )
    assert len(render(full)) < _LARGEST_BYTES / 10


def test_the_policy_of_the_page_lets_it_neither_send_a_form_nor_move_its_links():
    metas = [attributes for tag, attributes in parse(good_content()).elements if tag == "meta"]
    (policy,) = [m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy"]
    directives = {part.strip() for part in (policy or "").split(";")}
    assert {"default-src 'none'", "base-uri 'none'", "form-action 'none'"} <= directives
