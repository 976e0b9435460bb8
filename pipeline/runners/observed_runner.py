"""Runs the DAG on this machine with TFX's LocalDagRunner, one component after the other."""

from __future__ import annotations

from unittest import mock

from absl import logging as absl_logging
from rich.console import Console
from tfx.orchestration.local import local_dag_runner
from tfx.orchestration.portable import data_types, launcher

from components.run_records import RunRecord, RunRecords
from pipeline.dag.create_pipeline import create_pipeline
from pipeline.history.describe import describe
from pipeline.layout import OutputLayout
from pipeline.runners.local_deployment import LocalDeployment
from pipeline.settings import Settings
from pipeline.terminal.display import RunDisplay


def run_locally(settings: Settings, console: Console) -> RunRecord:
    """Runs the pipeline and shows its progress.

    Args:
        settings: with resolved inputs.
        console: where the components' lines go.

    Returns:
        The record of this run.

    Raises:
        Exception: whatever a component raised; the run is then recorded as failed.
    """
    layout = OutputLayout(settings.output)
    absl_logging.set_verbosity(absl_logging.INFO)
    with RunDisplay(console) as display:
        run_pipeline(settings, display)
    run = RunRecords(layout.metadata).latest()
    assert run is not None
    return run


def run_pipeline(settings: Settings, display: RunDisplay) -> None:
    """Runs all components; `display` is told of each."""
    database = OutputLayout(settings.output).metadata

    class ObservedLauncher(launcher.Launcher):
        """Tells the display when a component starts, and what it made."""

        def launch(self) -> data_types.ExecutionInfo | None:
            component = self._pipeline_node.node_info.id
            display.start(component)
            execution = super().launch()
            if execution is None or not execution.execution_id:
                display.finish("skipped", "")
                return execution
            step = RunRecords(database).step(component, execution.execution_id)
            display.finish(step.state, describe(step))
            return execution

    # LocalDagRunner has no hook for its launcher, and is otherwise just what is wanted.
    with mock.patch.object(local_dag_runner.launcher, "Launcher", ObservedLauncher):
        local_dag_runner.LocalDagRunner().run(create_pipeline(settings, LocalDeployment(settings)))
