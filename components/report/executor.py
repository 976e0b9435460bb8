"""The executor of Report: a run's artifacts in, one HTML file out."""

from __future__ import annotations

import json
from typing import Any

from tfx import types
from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import artifact_utils

from components import progress
from components.files import open_file
from components.report.collect import RunFacts, collect
from components.report.render import render
from components.report.report_file import report_path


class Executor(BaseExecutor):
    """Collects what the run's artifacts hold and renders it."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes `report.html`.

        Args:
            input_dict: see `component.ReportSpec`; the optional ones may lack.
            output_dict: `report`, a RunReport.
            exec_properties: see `component.ReportSpec`.
        """
        facts = RunFacts(
            pipeline=self._pipeline_name(),
            run_id=(self._context.pipeline_run_id or "") if self._context else "",
            taxonomy=json.loads(exec_properties["taxonomy"]),
            settings=json.loads(exec_properties["run_settings"]),
            text_fields=json.loads(exec_properties["text_fields"]),
            rows=exec_properties["rows"],
            metadata_file=exec_properties.get("metadata_file"),
        )
        content = collect(input_dict, facts)
        html = render(content)
        report = artifact_utils.get_single_instance(output_dict["report"])
        with open_file(report_path(report.uri), "wb") as file:
            file.write(html)
        report.set_string_custom_property("judged_split", content.judged)
        report.set_int_custom_property("rows_scored", content.predictions.scored)
        report.set_int_custom_property("bytes", len(html))
        progress.tell(f"{len(html) / 1e3:.0f} kB")

    def _pipeline_name(self) -> str:
        info = self._context.pipeline_info if self._context else None
        return info.id if info else ""
