"""The rehearsal: every task of a compiled file, in order, each in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from components.data_validation.verdict import read_data_verdict
from components.evaluation.verdict import read_verdict
from components.serving_check.findings import read_findings
from pipeline.dag import component_ids as ids
from pipeline.history.explanation import Explanation
from pipeline.rehearsal.artifacts import Artifact, ArtifactStore
from pipeline.rehearsal.executor_input import OUTPUT_FILE, executor_input, read_outputs
from pipeline.rehearsal.job import Job, Task
from pipeline.rehearsal.process import Container, run_command
from pipeline.terminal.display import RunDisplay

Made = Mapping[str, Mapping[str, Sequence[Artifact]]]


class Rehearsal:
    """One execution of a job.

    Args:
        job: with its buckets mapped to folders.
        folder: for records and logs.
        container: what stands in for the image.
    """

    def __init__(self, job: Job, folder: Path, container: Container):
        self.id = f"{datetime.now():%Y%m%d%H%M%S}"
        self._job, self._container = job, container
        self._store = ArtifactStore(folder)
        self.logs = folder / "logs" / self.id
        self.logs.mkdir(parents=True)
        self.made: dict[str, dict[str, list[Artifact]]] = {}

    def run(self, display: RunDisplay) -> None:
        """Runs all tasks.

        Raises:
            TaskFailedError: the first one that failed; see `run_command` for others.
        """
        for task in self._job.tasks:
            display.start(task.name)
            if task.command is None:
                self.made[task.name] = self._resolve(task)
            else:
                self.made[task.name] = self._execute(task)
            display.finish("done", _describe(self.made[task.name]))

    def explain(self) -> Explanation:
        """What the gate and the serving check decided."""
        verdict = read_verdict(self._uri(ids.EVALUATOR, "evaluation"))
        was_checked = ids.SERVING_CHECK in self.made
        findings = read_findings(self._uri(ids.SERVING_CHECK, "blessing")) if was_checked else []
        data = read_data_verdict(self._uri(ids.DATA_VALIDATOR, "verdict"))
        return Explanation(self.id, verdict, findings, data)

    @property
    def pushed(self) -> str | None:
        """Folder of the pushed model; None where nothing was pushed."""
        (artifact,) = self.made[ids.PUSHER]["pushed_model"]
        return artifact.metadata.get("pushed_destination") if artifact.metadata["pushed"] else None

    def _uri(self, task: str, output: str) -> str:
        (artifact,) = self.made[task][output]
        return artifact.uri

    def _inputs(self, task: Task) -> dict[str, list[Artifact]]:
        return {name: self.made[source][key] for name, (source, key) in task.inputs.items()}

    def _resolve(self, task: Task) -> dict[str, list[Artifact]]:
        inputs = self._inputs(task)
        return {key: self._store.query(query, inputs) for key, query in task.queries.items()}

    def _execute(self, task: Task) -> dict[str, list[Artifact]]:
        folder = Path(self._job.root) / self.id / task.name
        outputs = {
            name: Artifact(self._store.next_name(number), type_, str(folder / name), {})
            for number, (name, type_) in enumerate(task.output_types.items())
        }
        # A bucket has every folder that is written to; a disk does not.
        for artifact in outputs.values():
            Path(artifact.uri).mkdir(parents=True)
        inputs, log = self._inputs(task), self.logs / f"{task.name}.log"
        if task.driver:
            message = json.dumps(executor_input(task, inputs, outputs, folder))
            run_command(task.name, task.driver, message, self._container, log)
            outputs = read_outputs(outputs, folder)
        message = json.dumps(executor_input(task, inputs, outputs, folder))
        assert task.command, "resolvers are not executed"
        run_command(task.name, task.command, message, self._container, log)
        made = read_outputs(outputs, folder)
        self._store.add(list(made.values()))
        (folder / OUTPUT_FILE).unlink()
        return {name: [artifact] for name, artifact in made.items()}


def _describe(made: Mapping[str, Sequence[Artifact]]) -> str:
    return ", ".join(name if artifacts else f"no {name}" for name, artifacts in made.items())
