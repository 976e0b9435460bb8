"""The likeliest categories of articles, from an exported model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from components.article.row import Article
from components.serving.exported_model import ExportedModel
from components.serving.signatures import Output, Signature

_BATCH_SIZE = 256


@dataclass(frozen=True)
class Prediction:
    """The likeliest categories of an article.

    Attributes:
        texts: that the model read, by field.
        categories: (name, probability), the likeliest first.
        sub_words: what the model's tokenizer made of the text, if that was asked for.
    """

    texts: Mapping[str, str]
    categories: list[tuple[str, float]]
    sub_words: list[str] = field(default_factory=list)


def predict(
    model: ExportedModel, articles: Iterable[Article], with_sub_words: bool = False
) -> Iterator[Prediction]:
    """Classifies articles, in their order, batch by batch."""
    assert model.text_fields, "a model of this pipeline reads texts"
    articles = iter(articles)
    while batch := list(islice(articles, _BATCH_SIZE)):
        answer = model.ask_about_texts(Signature.TEXT, batch)
        labels, probabilities = answer[Output.LABELS], answer[Output.PROBABILITIES].tolist()
        sub_words = _sub_words(model, batch) if with_sub_words else [[] for _ in batch]
        for article, names, values, words in zip(
            batch, labels, probabilities, sub_words, strict=True
        ):
            ranked = [(n.decode(), value) for n, value in zip(names, values, strict=True)]
            yield Prediction(article, ranked, words)


def _sub_words(model: ExportedModel, batch: list[Article]) -> list[list[str]]:
    padded = model.ask_about_texts(Signature.TOKENIZE, batch)[Output.SUB_WORDS]
    return [[word.decode() for word in row if word] for row in padded]
