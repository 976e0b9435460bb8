"""Asks an export in a process of its own, and judges the answers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence

from components import progress
from components.checkpoint.fine_tuned import fine_tuned_checkpoint
from components.checkpoint.resolve import localize
from components.serving_check.checks import run_checks
from components.serving_check.evidence import Bounds, Evidence
from components.serving_check.findings import Finding
from components.serving_check.isolated_process import ask
from components.serving_check.reference import Reference
from components.serving_check.request_plan import make_requests
from components.serving_check.rows import Row, hostile_rows


def check_export(
    saved_model: str,
    golden: Sequence[Row],
    bounds: Bounds,
    timeout_seconds: float,
    text_fields: Sequence[str],
) -> list[Finding]:
    """Compares an export with the checkpoint beside it.

    Args:
        saved_model: folder of the export; its checkpoint is where the Trainer writes it.
        golden: rows of the judged split.
        bounds: of what passes.
        timeout_seconds: for all that the process does.
        text_fields: that the export takes.
    """
    hostile = hostile_rows(text_fields)
    requests = make_requests(golden, hostile, text_fields)
    progress.tell(f"asks {len(requests)} times, {len(golden)} golden rows among them")
    served = ask(saved_model, requests, timeout_seconds)
    progress.tell("compares the answers with the checkpoint's")
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = _load_reference(fine_tuned_checkpoint(saved_model), scratch, bounds.max_length)
        return run_checks(Evidence([*golden, *hostile], requests, served, checkpoint, bounds))


def _load_reference(folder: str, scratch: str, max_length: int) -> Reference | str:
    """The checkpoint, or why it cannot be loaded, which is a verdict as any other."""
    try:
        return Reference(localize(folder, scratch), max_length)
    except Exception as error:
        return f"{type(error).__name__} at {folder}: {error}"
