"""Which requests the export is sent: each row alone and all together, through every signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.serving.signatures import EXAMPLES_INPUT, Signature
from components.serving_check.isolated_process import Request
from components.serving_check.rows import Row

ALL_ROWS = "all rows"
NO_ROWS = "no rows"
FIRST_TEXT_ALONE = "first text alone"
CLASSES = "classes"
TIMED = "timed"
ROW_SIGNATURES = (Signature.TOKENIZE, Signature.TRANSFORM, Signature.EXAMPLES, Signature.TEXT)
SIGNATURES = (Signature.CLASS_NAMES, *ROW_SIGNATURES)

_TIMED_REQUESTS = 200


def make_requests(
    golden: Sequence[Row], hostile: Sequence[Row], text_fields: Sequence[str]
) -> list[Request]:
    """Requests in the order they are sent; the timed ones last, when everything is warm.

    Args:
        golden: rows of the judged split.
        hostile: rows that no newsroom writes.
        text_fields: that the export takes.
    """

    def request(signature: str, name: str, rows: Sequence[Row]) -> Request:
        takes_examples = signature in (Signature.EXAMPLES, Signature.TRANSFORM)
        inputs = _examples(rows) if takes_examples else _texts(rows, text_fields)
        return Request(signature, name, inputs)

    rows = [*golden, *hostile]
    timed = [golden[number % len(golden)] for number in range(_TIMED_REQUESTS if golden else 0)]
    return [
        Request(Signature.CLASS_NAMES, CLASSES, {}),
        *(request(name, row.name, [row]) for row in rows for name in ROW_SIGNATURES),
        *(request(name, ALL_ROWS, rows) for name in ROW_SIGNATURES),
        *(request(name, NO_ROWS, []) for name in ROW_SIGNATURES),
        Request(Signature.TEXT, FIRST_TEXT_ALONE, _texts(rows, text_fields[:1])),
        *(request(Signature.TEXT, TIMED, [row]) for row in timed),
    ]


def _examples(rows: Sequence[Row]) -> Mapping[str, list[bytes]]:
    return {EXAMPLES_INPUT: [row.to_example() for row in rows]}


def _texts(rows: Sequence[Row], text_fields: Sequence[str]) -> Mapping[str, list[bytes]]:
    return {name: [row.texts[name] for row in rows] for name in text_fields}
