"""Runs the DAG on this machine, one component after the other, and shows how far it is."""

from __future__ import annotations

import datetime

from absl import logging as absl_logging
from rich.console import Console
from tfx.dsl.compiler import constants
from tfx.orchestration import metadata
from tfx.orchestration.local import runner_utils
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from tfx.orchestration.portable import launcher, runtime_parameter_utils
from tfx.proto.orchestration import pipeline_pb2

from components.run_records import RunRecord, RunRecords
from pipeline.checked_inputs import check_inputs
from pipeline.dag.create_pipeline import create_pipeline
from pipeline.history.describe import describe
from pipeline.inputs import RunInputs
from pipeline.layout import OutputLayout
from pipeline.runners.beam_options import keyed_spec, operators
from pipeline.runners.local_deployment import LocalDeployment
from pipeline.settings import Settings
from pipeline.terminal.display import RunDisplay


def run_locally(inputs: RunInputs, console: Console) -> RunRecord:
    """Runs the pipeline and shows its progress.

    Args:
        inputs: of the run.
        console: where the components' lines go.

    Returns:
        The record of this run.

    Raises:
        Exception: whatever a component raised; the run is then recorded as failed.
    """
    layout = OutputLayout(inputs.settings.output)
    absl_logging.set_verbosity(absl_logging.INFO)
    with RunDisplay(console) as display:
        run_pipeline(inputs, display)
    run = RunRecords(layout.metadata).latest()
    assert run is not None
    return run


def run_pipeline(inputs: RunInputs, display: RunDisplay) -> None:
    """Checks the inputs, then runs all components; `display` is told of each."""
    deployment = LocalDeployment(inputs.settings)
    ObservedRunner(inputs.settings, display).run(create_pipeline(inputs, deployment))


class ObservedRunner(LocalDagRunner):
    """TFX's LocalDagRunner, which has no hook of its own for what is between two components.

    Args:
        settings: with resolved inputs.
        display: is told when a component starts, and what it made.
    """

    def __init__(self, settings: Settings, display: RunDisplay):
        super().__init__()
        self._settings, self._display = settings, display

    def run_with_ir(
        self,
        pipeline: pipeline_pb2.Pipeline,
        run_options: pipeline_pb2.RunOptions | None = None,
    ) -> None:
        """Runs a compiled pipeline; partial runs, which `run_options` ask for, are not offered."""
        assert run_options is None
        # Here, for TFX's own command line replaces `run` where it only wants the pipeline.
        check_inputs(self._settings, self._display)
        run_id = datetime.datetime.now().isoformat()
        runtime_parameter_utils.substitute_runtime_parameter(
            pipeline, {constants.PIPELINE_RUN_ID_PARAMETER_NAME: run_id}
        )
        deployment = runner_utils.extract_local_deployment_config(pipeline)
        config = deployment.metadata_connection_config
        connection = getattr(config, config.WhichOneof("connection_config"))
        for node in pipeline.nodes:
            component = node.pipeline_node.node_info.id
            self._display.start(component)
            executor_spec = runner_utils.extract_executor_spec(deployment, component)
            execution = launcher.Launcher(
                pipeline_node=node.pipeline_node,
                mlmd_connection=metadata.Metadata(connection),
                pipeline_info=pipeline.pipeline_info,
                pipeline_runtime_spec=pipeline.runtime_spec,
                executor_spec=keyed_spec(executor_spec),
                custom_driver_spec=runner_utils.extract_custom_driver_spec(deployment, component),
                custom_executor_operators=operators(executor_spec),
            ).launch()
            if execution is None or not execution.execution_id:
                self._display.finish("skipped", "")
                continue
            records = RunRecords(connection.sqlite.filename_uri)
            step = records.step(component, execution.execution_id)
            self._display.finish(step.state, describe(step))
