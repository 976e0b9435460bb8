"""Rows to predict: bad ones are reported with their line, the others keep their order."""

from components.article.fields import TEXT_FIELDS
from components.article.row import read_articles


def test_bad_rows_are_reported_with_their_line_and_the_rest_goes_on():
    lines = [
        b'{"headline": "A", "short_description": null}',
        b"",
        b"{broken",
        b'{"headline": 4}',
        b'{"headline": "\xff"}',
        b'{"headline": " "}',
        b'{"short_description": "B"}',
        b"[" * 100_000,
        b'{"headline": "\\ud800"}',
    ]
    bad: list[tuple[int, str]] = []
    articles = read_articles(lines, TEXT_FIELDS, lambda line, reason: bad.append((line, reason)))
    rows = [tuple(article[name] for name in TEXT_FIELDS) for article in articles]
    assert rows == [("A", ""), ("", "B")]
    assert [line for line, _ in bad] == [3, 4, 5, 6, 8, 9]
    assert "not JSON" in bad[0][1]
    assert "empty" in bad[3][1]
