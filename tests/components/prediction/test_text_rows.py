"""Rows to predict: bad ones are reported with their line, the others keep their order."""

from components.prediction.text_rows import read_texts


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
    ]
    bad: list[tuple[int, str]] = []
    rows = list(read_texts(lines, lambda line, reason: bad.append((line, reason))))
    assert rows == [("A", ""), ("", "B")]
    assert [line for line, _ in bad] == [3, 4, 5, 6, 8]
    assert "not JSON" in bad[0][1]
    assert "empty" in bad[3][1]
