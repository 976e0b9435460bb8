"""Writes the headline and the description of one synthetic article from templates."""

from __future__ import annotations

import random
import re

from pipeline.demo.vocabulary import Category, Vocabulary

# Verbs come from where the thing comes from: nobody celebrates a tax deadline.
_GOES_WITH = {"do": "thing", "did": "thing"}

_SLOT = re.compile(r"\{([a-z_]+)(\d?)\}")
# A letter before a capital stays as it is: iPhone.
_WORD_START = re.compile(r"(?<![\w'])\w(?![A-Z])")
_SENTENCE_START = re.compile(r"^\W*\w(?![A-Z])")
_DOUBLE_QUOTED = re.compile(r'"([^"]*)"')


class ArticleWriter:
    """Writes one article of a category.

    A template holds slots such as ``{people}`` or ``{thing}``. A slot, once filled, keeps its
    words for the whole article, so that the description speaks of what the headline announced;
    ``{thing2}`` asks for a second, different thing. Now and then a slot takes the words of a
    neighbouring category: no single word gives a category away.
    """

    def __init__(self, vocabulary: Vocabulary, category: Category, rng: random.Random) -> None:
        self._vocabulary = vocabulary
        self._rng = rng
        self._category = category
        self._filled: dict[str, str] = {}
        self._sources: dict[str, Category] = {}
        self._vague = False
        self._curly = self._happens("curly_quotes")
        if self._happens("hard"):
            self._make_hard()

    def headline(self) -> str:
        """Returns a headline in title case."""
        text = _capitalise(_WORD_START, self._compose("headlines"))
        if self._happens("ending"):
            text = f"{text} {self._pick(self._words('endings'))}"
        return self._quote(text, single=True)

    def description(self) -> str:
        """Returns one or two sentences, or nothing as often as in the real data."""
        if self._happens("empty_description"):
            return ""
        sentences = [self._compose("descriptions")]
        if self._happens("second_sentence"):
            sentences.append(self._fill(self._pick(self._vocabulary.shared["vague_descriptions"])))
        text = " ".join(_capitalise(_SENTENCE_START, sentence) for sentence in sentences)
        return self._quote(text, single=False)

    def _happens(self, what: str) -> bool:
        return self._rng.random() < self._vocabulary.shares[what]

    def _pick(self, choices: tuple[str, ...]) -> str:
        return self._rng.choice(choices)

    def _make_hard(self) -> None:
        """Hides the category: either no topical word at all, or a neighbour's article."""
        if self._rng.random() < 0.5:
            self._vague = True
        else:
            self._category = self._neighbour()

    def _neighbour(self) -> Category:
        return self._vocabulary.categories[self._pick(self._category.neighbours)]

    def _compose(self, kind: str) -> str:
        """Fills a template of this kind: a vague one, one for everybody or one of the category."""
        shared = self._vocabulary.shared
        if self._vague:
            return self._fill(self._pick(shared[f"vague_{kind}"]))
        templates = shared if self._happens("shared_template") else self._category.phrases
        return self._fill(self._pick(templates[kind]))

    def _fill(self, template: str) -> str:
        return _SLOT.sub(self._fill_slot, template)

    def _fill_slot(self, slot: re.Match[str]) -> str:
        key = slot[0]
        if key not in self._filled:
            taken = self._filled.values()
            free = tuple(word for word in self._words(slot[1]) if word not in taken)
            self._filled[key] = self._fill(self._pick(free))
        return self._filled[key]

    def _words(self, name: str) -> tuple[str, ...]:
        """Returns a slot's words: the category's, now and then a neighbour's, or everybody's."""
        own = self._category.phrases.get(name)
        if own is None:
            return self._vocabulary.shared[name]
        return self._source(_GOES_WITH.get(name, name)).phrases.get(name, own)

    def _source(self, name: str) -> Category:
        """Decides, once for an article, which category this kind of words is taken from."""
        if name not in self._sources:
            borrowed = self._happens("borrowed_word")
            self._sources[name] = self._neighbour() if borrowed else self._category
        return self._sources[name]

    def _quote(self, text: str, *, single: bool) -> str:
        """Sets quotation marks: headlines have single ones, and many articles curly ones."""
        if self._curly:
            marks = r"‘\1’" if single else r"“\1”"
            return _DOUBLE_QUOTED.sub(marks, text.replace("'", "’"))
        return text.replace('"', "'") if single else text


def _capitalise(starts: re.Pattern[str], text: str) -> str:
    return starts.sub(lambda start: start[0].upper(), text)
