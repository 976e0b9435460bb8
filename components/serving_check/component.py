"""ServingCheck: the component between Trainer and Pusher that asks the export as a server would."""

# TFX reads the annotations as they are, so there are no postponed ones here.

import json
import os

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Examples, InfraBlessing, Model
from tfx.utils import io_utils, path_utils

from components.serving_check.check_export import check_export
from components.serving_check.evidence import Bounds
from components.serving_check.findings import is_blessed, write_findings
from components.serving_check.rows import find_judged_files, golden_rows

# What Pusher reads, and what TFX's own InfraValidator writes beside it.
_BLESSED_PROPERTY = "blessed"
_MARKERS = {True: "INFRA_BLESSED", False: "INFRA_NOT_BLESSED"}


@component
def ServingCheck(  # noqa: N802 - the component's name
    model: InputArtifact[Model],
    examples: InputArtifact[Examples],
    blessing: OutputArtifact[InfraBlessing],
    text_fields: Parameter[str],
    max_length: Parameter[int],
    golden: Parameter[int],
    tolerance: Parameter[float],
    timeout_seconds: Parameter[int],
    max_latency_ms: Parameter[float] = None,
) -> None:
    """Compares an export with its checkpoint, in a process that has TensorFlow and no project.

    Args:
        model: of the Trainer, with the export and the checkpoint beside it.
        examples: raw rows, of JsonExampleGen; those of the judged split are asked about.
        blessing: for Pusher's `infra_blessing`: a marker file, a custom property, the findings.
        text_fields: that the model reads, a JSON list.
        max_length: tokens that the model keeps of a text.
        golden: rows to ask about; see `ServingCheckSettings` for this and the others.
        tolerance: see there.
        timeout_seconds: see there.
        max_latency_ms: see there.
    """
    export = path_utils.serving_model_path(model.uri, path_utils.is_old_model_artifact(model))
    fields = json.loads(text_fields)
    rows = golden_rows(find_judged_files(examples), golden, fields)
    bounds = Bounds(max_length, tolerance, max_latency_ms)
    findings = check_export(export, rows, bounds, timeout_seconds, fields)
    write_findings(blessing.uri, findings)
    blessed = is_blessed(findings)
    io_utils.write_string_file(os.path.join(blessing.uri, _MARKERS[blessed]), "")
    blessing.set_int_custom_property(_BLESSED_PROPERTY, int(blessed))
