"""Texts are shown in the sub-words of the vocabulary, with their ids."""

from __future__ import annotations

from components.tokenizer import compile_tokenizer, list_sub_words


def test_sub_words_are_those_of_hugging_face(pair):
    texts = ["It's naïve!", "", "漢 <s>"]
    for text, row in zip(texts, list_sub_words(pair.graph, texts), strict=True):
        encoding = pair.reference.encode(text)
        assert row == list(zip(encoding.tokens, encoding.ids, strict=True))


def test_no_texts(folders):
    assert list_sub_words(compile_tokenizer(folders["word_piece"], 48), []) == []
