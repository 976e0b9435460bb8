"""What a submission would start: tasks, machines, images, and the arithmetic of its training."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from components.errors import SettingsError
from pipeline.dag import component_ids as ids
from pipeline.dag.parameters import TRAINER_CONFIG
from pipeline.plan.chips import default_topology, parse_topology
from pipeline.plan.epoch import DEFAULT_SHARE
from pipeline.vertex.worker_pools import accelerator_of

_CLOUD_TRAINER = "tfx.extensions.google_cloud_ai_platform.trainer."
_SERVING_ARGS = "ai_platform_serving_args"
_ROWS = 100_000
# 12 layers of 768 units: attention has 4 matrices of 768 x 768, the wide part 2 of 768 x 3,072.
_ROBERTA_BASE = 12 * 12 * 768**2


def tasks_table(document: Mapping[str, Any]) -> Table:
    """A row for each task: machine, image, whether a cached result may stand in for it."""
    table = Table("task", "machine", "image", "cache", box=None)
    spec = document["pipelineSpec"]
    for name, task in sorted(_tasks(document).items()):
        component = spec["components"][task["componentRef"]["name"]]
        executor = spec["deploymentSpec"]["executors"][component["executorLabel"]]
        container = executor.get("container")
        cached = task.get("cachingOptions", {}).get("enableCache", False)
        if container is None:
            table.add_row(name, "none, a query", "", "no")
            continue
        is_trainer = any(argument.startswith(_CLOUD_TRAINER) for argument in container["args"])
        machine = trainer_machines(document) if is_trainer else "Vertex AI's default"
        table.add_row(name, machine, container["image"], "yes" if cached else "no")
    return table


def trainer_machines(document: Mapping[str, Any]) -> str:
    """The Trainer's machines."""
    pool = _pool(document)
    machine = pool["machine_spec"]
    parts = [f"{pool['replica_count']} x {machine['machine_type']}"]
    if "accelerator_type" in machine:
        parts.append(f"{machine['accelerator_count']} x {machine['accelerator_type']}")
    if "tpu_topology" in machine:
        parts.append(f"topology {machine['tpu_topology']}")
    return ", ".join(parts)


def further_machines(document: Mapping[str, Any]) -> Iterator[str]:
    """Machines beside those of the tasks: workers of Dataflow, and what serves the model."""
    options = _beam_options(document)
    if options.get("runner") == "DataflowRunner":
        yield (
            f"Dataflow  at most {options['max_num_workers']} x {options['worker_machine_type']} "
            "for each task that uses Beam"
        )
    custom = _tasks(document)[ids.PUSHER]["inputs"]["parameters"].get("custom_config")
    # A Pusher to the bucket has the configuration null.
    serving = ((json.loads(_constant(custom)) if custom else None) or {}).get(_SERVING_ARGS)
    if serving:
        yield (
            f"endpoint  {serving['endpoint_name']} on {serving['machine_type']}, from the first "
            "blessed model until you undeploy it"
        )


def training_arithmetic(document: Mapping[str, Any]) -> Iterator[str]:
    """An upper bound of the training's operations, from what the compiled file knows.

    6 operations for each non-embedding parameter and token: 2 forward, 4 backward (Kaplan et al.
    2020, section 2.1).
    """
    config = _config(document)
    epochs, length = config["recipe"]["epochs"], config["max_length"]
    flop = 6 * _ROBERTA_BASE * length * _ROWS * epochs
    yield (
        f"training  {epochs} epochs; with a model of roberta-base's shape at most "
        f"{flop / 1e15:,.1f} PFLOP for each {_ROWS:,} rows, all of {length} tokens"
    )
    accelerator = accelerator_of(_pool(document)["machine_spec"])
    if accelerator and accelerator.startswith("tpu"):
        topology = parse_topology(default_topology(accelerator))
        minutes = flop / (topology.peak * DEFAULT_SHARE) / 60
        yield (
            f"          arithmetic, not measurement: {minutes:,.1f} minutes at "
            f"{DEFAULT_SHARE:.0%} of the peak of {topology.name}"
        )
    yield "          `newscat plan` compiles the actual step for the actual lengths"


def _pool(document: Mapping[str, Any]) -> dict[str, Any]:
    (pool,) = _config(document)["ai_platform_training_args"]["job_spec"]["worker_pool_specs"]
    return pool


def _config(document: Mapping[str, Any]) -> dict[str, Any]:
    parameters = document["runtimeConfig"].get("parameters", {})
    if TRAINER_CONFIG not in parameters:
        raise SettingsError(
            f"--dry-run: the file has no runtime parameter {TRAINER_CONFIG}; compile it anew with "
            "`newscat compile`"
        )
    return json.loads(parameters[TRAINER_CONFIG]["stringValue"])


def _tasks(document: Mapping[str, Any]) -> dict[str, Any]:
    return document["pipelineSpec"]["root"]["dag"]["tasks"]


def _constant(parameter: Mapping[str, Any]) -> str:
    return parameter["runtimeValue"]["constantValue"]["stringValue"]


def _beam_options(document: Mapping[str, Any]) -> dict[str, str]:
    """The Beam options in the containers' arguments, which are the same for all tasks."""
    executors = document["pipelineSpec"]["deploymentSpec"]["executors"].values()
    arguments = [
        argument
        for executor in executors
        for argument in executor.get("container", {}).get("args", [])
        if argument.startswith("--") and "=" in argument
    ]
    return dict(argument[2:].split("=", 1) for argument in arguments)
