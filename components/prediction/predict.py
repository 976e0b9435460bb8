"""The likeliest categories of articles, from an exported model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from components.article.row import Article, Row
from components.serving.exported_model import ExportedModel
from components.serving.signatures import LIKELIEST, Output, Signature

_BATCH_SIZE = 256
_BATCH_LENGTH = 1 << 20  # characters after which a batch is full: the graph takes 20 bytes for one
_T = TypeVar("_T")


@dataclass(frozen=True)
class Prediction:
    """The likeliest categories of an article, or why a row has none.

    Attributes:
        texts: that the model read, by field; of a bad row empty ones.
        categories: (name, probability), the likeliest first; of a bad row as many empty ones.
        sub_words: what the model's tokenizer made of the text, if that was asked for.
        line: of the file that it comes from, from 1.
        error: of a bad row, '' otherwise.
    """

    texts: Mapping[str, str]
    categories: Sequence[tuple[str, float | None]]
    sub_words: list[str] = field(default_factory=list)
    line: int | None = None
    error: str = ""


def predict(
    model: ExportedModel, articles: Iterable[Article], with_sub_words: bool = False
) -> Iterator[Prediction]:
    """Classifies articles, in their order, batch by batch."""
    for batch in _batches(articles, length=_length):
        yield from _classify(model, batch, with_sub_words)


def predict_rows(
    model: ExportedModel, rows: Iterable[Row], with_sub_words: bool = False
) -> Iterator[Prediction]:
    """The same of the rows of a file, bad ones among them."""
    texts = dict.fromkeys(model.text_fields, "")
    nothing = [("", None)] * min(LIKELIEST, len(model.class_names))
    for batch in _batches(rows, length=lambda row: _length(row.article)):
        answers = predict(model, [row.article for row in batch if not row.error], with_sub_words)
        for row in batch:
            answer = Prediction(texts, nothing, error=row.error) if row.error else next(answers)
            yield replace(answer, line=row.line)


def _batches(items: Iterable[_T], length: Callable[[_T], int]) -> Iterator[list[_T]]:
    batch: list[_T] = []
    total = 0
    for item in items:
        batch.append(item)
        total += length(item)
        if len(batch) == _BATCH_SIZE or total > _BATCH_LENGTH:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def _length(article: Article) -> int:
    return sum(map(len, article.values()))


def _classify(
    model: ExportedModel, batch: Sequence[Article], with_sub_words: bool
) -> Iterator[Prediction]:
    answer = model.ask_about_texts(Signature.TEXT, batch)
    labels, probabilities = answer[Output.LABELS], answer[Output.PROBABILITIES].tolist()
    sub_words = _sub_words(model, batch) if with_sub_words else [[] for _ in batch]
    for article, names, values, words in zip(batch, labels, probabilities, sub_words, strict=True):
        ranked = [(n.decode(), value) for n, value in zip(names, values, strict=True)]
        yield Prediction(article, ranked, words)


def _sub_words(model: ExportedModel, batch: Sequence[Article]) -> list[list[str]]:
    padded = model.ask_about_texts(Signature.TOKENIZE, batch)[Output.SUB_WORDS]
    return [[word.decode() for word in row if word] for row in padded]
