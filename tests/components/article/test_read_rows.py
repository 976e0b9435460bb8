"""Rows to predict: bad ones are reported with their line, the others keep their order."""

import io

from components.article.fields import TEXT_FIELDS
from components.article.row import read_rows
from components.row_files.rows import numbered_rows


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
        b'{"headline": "C", "category": 4, "date": "\\ud800", "authors": NaN}',
    ]
    stream = io.BytesIO(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    rows = list(read_rows(numbered_rows(stream, "rows.json"), TEXT_FIELDS))
    assert [row.line for row in rows] == [1, 3, 4, 5, 6, 7, 8, 9, 10]
    good = [
        (row.line, *(row.article[name] for name in TEXT_FIELDS)) for row in rows if not row.error
    ]
    assert good == [(1, "A", ""), (7, "", "B"), (10, "C", "")]
    errors = [row.error for row in rows if row.error]
    assert "not JSON" in errors[0]
    assert "empty" in errors[3]
