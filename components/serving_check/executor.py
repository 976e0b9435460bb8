"""The executor of ServingCheck: an export and raw rows in, a blessing and its reasons out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from typing import Any

from tfx import types
from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.dsl.io import fileio
from tfx.types import artifact_utils
from tfx.utils import io_utils, path_utils

from components import progress
from components.checkpoint.fine_tuned import fine_tuned_checkpoint
from components.checkpoint.resolve import localize
from components.serving_check.checks import run_checks
from components.serving_check.evidence import Bounds, Evidence
from components.serving_check.findings import Finding, is_blessed, write_findings
from components.serving_check.isolated_process import ask
from components.serving_check.reference import Reference
from components.serving_check.request_plan import make_requests
from components.serving_check.rows import Row, golden_rows, hostile_rows

SPLIT = "eval"
# What Pusher reads, and what TFX's own InfraValidator writes beside it.
_BLESSED_PROPERTY = "blessed"
_MARKERS = {True: "INFRA_BLESSED", False: "INFRA_NOT_BLESSED"}


class Executor(BaseExecutor):
    """Asks the export in a process of its own and blesses it if it stands every check."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes the blessing: a marker file, a custom property, and the findings.

        Args:
            input_dict: `model`, with its checkpoint beside the export, and raw `examples`.
            output_dict: `blessing`, an InfraBlessing.
            exec_properties: see `component.ServingCheckSpec`.
        """
        model = artifact_utils.get_single_instance(input_dict["model"])
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        blessing = artifact_utils.get_single_instance(output_dict["blessing"])
        saved_model = path_utils.serving_model_path(
            model.uri, path_utils.is_old_model_artifact(model)
        )
        files = fileio.glob(os.path.join(artifact_utils.get_split_uri([examples], SPLIT), "*"))
        golden = golden_rows(sorted(files), exec_properties["golden_rows"])
        bounds = Bounds(
            max_length=exec_properties["max_length"],
            tolerance=exec_properties["tolerance"],
            max_latency_ms=exec_properties.get("max_latency_ms"),
        )
        findings = check_export(saved_model, golden, bounds, exec_properties["timeout_seconds"])
        write_findings(blessing.uri, findings)
        blessed = is_blessed(findings)
        io_utils.write_string_file(os.path.join(blessing.uri, _MARKERS[blessed]), "")
        blessing.set_int_custom_property(_BLESSED_PROPERTY, int(blessed))


def check_export(
    saved_model: str, golden: Sequence[Row], bounds: Bounds, timeout_seconds: float
) -> list[Finding]:
    """Asks an export in a process of its own and compares it with the checkpoint beside it.

    Args:
        saved_model: folder of the export; its checkpoint is where the Trainer writes it.
        golden: rows of the eval split.
        bounds: of what passes.
        timeout_seconds: for all that the process does.
    """
    hostile = hostile_rows()
    requests = make_requests(golden, hostile)
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
