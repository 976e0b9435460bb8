"""Which requests the export is sent: each row alone and all together, through every signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.preprocessing import features
from components.serving.served_classifier import (
    CLASS_NAMES_SIGNATURE,
    EXAMPLES_SIGNATURE,
    TEXT_SIGNATURE,
    TOKENIZE_SIGNATURE,
    TRANSFORM_SIGNATURE,
)
from components.serving_check.isolated_process import Request
from components.serving_check.rows import Row

ALL_ROWS = "all rows"
NO_ROWS = "no rows"
NO_DESCRIPTIONS = "no descriptions"
CLASSES = "classes"
TIMED = "timed"
ROW_SIGNATURES = (TOKENIZE_SIGNATURE, TRANSFORM_SIGNATURE, EXAMPLES_SIGNATURE, TEXT_SIGNATURE)
SIGNATURES = (CLASS_NAMES_SIGNATURE, *ROW_SIGNATURES)

_TIMED_REQUESTS = 200


def make_requests(golden: Sequence[Row], hostile: Sequence[Row]) -> list[Request]:
    """Requests in the order they are sent; the timed ones last, when everything is warm."""
    rows = [*golden, *hostile]
    headlines = {features.HEADLINE: [row.headline for row in rows]}
    timed = [golden[number % len(golden)] for number in range(_TIMED_REQUESTS if golden else 0)]
    return [
        Request(CLASS_NAMES_SIGNATURE, CLASSES, {}),
        *(_request(name, row.name, [row]) for row in rows for name in ROW_SIGNATURES),
        *(_request(name, ALL_ROWS, rows) for name in ROW_SIGNATURES),
        *(_request(name, NO_ROWS, []) for name in ROW_SIGNATURES),
        Request(TEXT_SIGNATURE, NO_DESCRIPTIONS, headlines),
        *(_request(TEXT_SIGNATURE, TIMED, [row]) for row in timed),
    ]


def _request(signature: str, name: str, rows: Sequence[Row]) -> Request:
    takes_examples = signature in (EXAMPLES_SIGNATURE, TRANSFORM_SIGNATURE)
    return Request(signature, name, _examples(rows) if takes_examples else _texts(rows))


def _examples(rows: Sequence[Row]) -> Mapping[str, list[bytes]]:
    return {"examples": [row.to_example() for row in rows]}


def _texts(rows: Sequence[Row]) -> Mapping[str, list[bytes]]:
    return {
        features.HEADLINE: [row.headline for row in rows],
        features.SHORT_DESCRIPTION: [row.short_description for row in rows],
    }
