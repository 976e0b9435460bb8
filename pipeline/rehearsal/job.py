"""A compiled PipelineJob as tasks in the order in which they can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any


@dataclass(frozen=True)
class Command:
    """What runs in a container: its entry point and arguments, with `{{$}}` for the input."""

    command: list[str]
    arguments: list[str]


@dataclass(frozen=True)
class Task:
    """One task of a job.

    Attributes:
        name: of the task.
        command: of its container; None for a resolver.
        driver: what Vertex runs before it looks into its cache; None for most.
        queries: of a resolver, filters by output; empty otherwise.
        inputs: producing task and its output, by input.
        parameters: Value messages by name; constants and runtime parameters alike.
        input_types: artifact types by input, as in the compiled file.
        output_types: the same by output.
    """

    name: str
    command: Command | None
    driver: Command | None
    queries: Mapping[str, str]
    inputs: Mapping[str, tuple[str, str]]
    parameters: Mapping[str, Any]
    input_types: Mapping[str, Any]
    output_types: Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """A compiled job.

    Attributes:
        name: display name.
        root: where its artifacts go.
        parameters: values of the runtime parameters.
        tasks: each after those that it depends on.
    """

    name: str
    root: str
    parameters: Mapping[str, str]
    tasks: list[Task]

    def task(self, name: str) -> Task:
        """The task of that name."""
        return next(task for task in self.tasks if task.name == name)


def read_job(document: Mapping[str, Any]) -> Job:
    """Reads a PipelineJob as `newscat compile` writes it."""
    spec, runtime = document["pipelineSpec"], document["runtimeConfig"]
    values = runtime.get("parameters", {})
    tasks = spec["root"]["dag"]["tasks"]
    order = TopologicalSorter({name: _needs(task) for name, task in sorted(tasks.items())})
    return Job(
        name=document["displayName"],
        root=runtime["gcsOutputDirectory"],
        parameters={name: value["stringValue"] for name, value in values.items()},
        tasks=[_read_task(name, spec, values) for name in order.static_order()],
    )


def _needs(task: Mapping[str, Any]) -> set[str]:
    producers = {producer for producer, _ in _read_inputs(task).values()}
    return producers | set(task.get("dependentTasks", []))


def _read_inputs(task: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    artifacts = task.get("inputs", {}).get("artifacts", {})
    sources = {name: given["taskOutputArtifact"] for name, given in artifacts.items()}
    return {
        name: (source["producerTask"], source["outputArtifactKey"])
        for name, source in sources.items()
    }


def _read_task(name: str, spec: Mapping[str, Any], values: Mapping[str, Any]) -> Task:
    task = spec["root"]["dag"]["tasks"][name]
    component = spec["components"][task["componentRef"]["name"]]
    executor = spec["deploymentSpec"]["executors"][component["executorLabel"]]
    container = executor.get("container", {})
    driver = container.get("lifecycle", {}).get("preCacheCheck")
    queries = executor.get("resolver", {}).get("outputArtifactQueries", {})
    return Task(
        name=name,
        command=_read_command(container) if container else None,
        driver=_read_command(driver) if driver else None,
        queries={key: query["filter"] for key, query in queries.items()},
        inputs=_read_inputs(task),
        parameters={
            key: _value(given, values)
            for key, given in task.get("inputs", {}).get("parameters", {}).items()
        },
        input_types=_types(component.get("inputDefinitions", {})),
        output_types=_types(component.get("outputDefinitions", {})),
    )


def _read_command(container: Mapping[str, Any]) -> Command:
    return Command(list(container["command"]), list(container["args"]))


def _types(definitions: Mapping[str, Any]) -> dict[str, Any]:
    artifacts = definitions.get("artifacts", {})
    return {name: definition["artifactType"] for name, definition in artifacts.items()}


def _value(given: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    if "componentInputParameter" in given:
        return values[given["componentInputParameter"]]
    return given["runtimeValue"]["constantValue"]
