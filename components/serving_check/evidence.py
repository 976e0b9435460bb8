"""What the checks judge: the rows, the server's answers, and what the checkpoint says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.serving.signatures import Output, Signature
from components.serving_check.isolated_process import Answer, Request, Served
from components.serving_check.reference import Reference, joined_text
from components.serving_check.request_plan import ALL_ROWS, CLASSES
from components.serving_check.rows import Row


class NotAvailableError(Exception):
    """What a check needs is missing; the check that reports its absence has failed."""


@dataclass(frozen=True)
class Bounds:
    """What is still allowed; see `ServingCheckSettings`."""

    max_length: int
    tolerance: float
    max_latency_ms: float | None


@dataclass
class Evidence:
    """All that the checks know.

    Attributes:
        rows: that the export was asked about.
        requests: that it was sent.
        served: what the server made of them.
        checkpoint: the reference, or why it could not be loaded.
        bounds: of what passes.
    """

    rows: Sequence[Row]
    requests: Sequence[Request]
    served: Served
    checkpoint: Reference | str
    bounds: Bounds

    def answered(self) -> list[tuple[Request, Answer]]:
        """Requests with their answers, errors left out."""
        pairs = zip(self.requests, self.served.answers, strict=False)
        return [(request, answer) for request, answer in pairs if answer.error is None]

    def answer(self, signature: str, name: str = ALL_ROWS) -> dict[str, np.ndarray]:
        """The outputs of one request.

        Raises:
            NotAvailableError: it was not answered.
        """
        outputs = self._outputs.get((signature, name))
        if outputs is None:
            raise NotAvailableError
        return outputs

    @cached_property
    def _outputs(self) -> dict[tuple[str, str], dict[str, np.ndarray]]:
        return {
            (request.signature, request.name): dict(answer.outputs)
            for request, answer in self.answered()
        }

    @property
    def reference(self) -> Reference:
        """The checkpoint.

        Raises:
            NotAvailableError: it could not be loaded.
        """
        if isinstance(self.checkpoint, str):
            raise NotAvailableError
        return self.checkpoint

    @cached_property
    def texts(self) -> list[str]:
        """What the model should read of each row."""
        return [joined_text(row) for row in self.rows]

    @cached_property
    def expected_ids(self) -> list[list[int]]:
        """The checkpoint's token ids of each row."""
        return self.reference.token_ids(self.texts)

    @cached_property
    def expected_scores(self) -> np.ndarray:
        """The checkpoint's probabilities, float32 [rows, classes]."""
        return self.reference.scores(self.texts)

    @cached_property
    def class_names(self) -> list[str]:
        """The export's class names."""
        names = self.answer(Signature.CLASS_NAMES, CLASSES)[Output.CLASS_NAMES]
        return [name.decode() for name in names]
