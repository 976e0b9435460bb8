"""Gives again what a task of an earlier rehearsal made, as Vertex does from its cache.

Usage: python replay_task.py RECORDS TASK EXECUTOR_INPUT, in place of the task's own command.
RECORDS is the file in which the rehearsals of a folder keep their artifacts.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

KEPT = ("LatestBlessedModel", "Evaluator", "ServingCheck", "Pusher", "Report")


def replay_all_but_the_verdict(document: dict[str, Any], records: Path) -> list[str]:
    """Changes a compiled job so that it trains nothing and judges anew.

    Args:
        document: the job.
        records: file of the earlier rehearsal.

    Returns:
        Names of the tasks that give again what they made.
    """
    spec = document["pipelineSpec"]
    executors, replayed = spec["deploymentSpec"]["executors"], []
    for name, task in spec["root"]["dag"]["tasks"].items():
        label = spec["components"][task["componentRef"]["name"]]["executorLabel"]
        if "container" in executors[label] and name not in KEPT:
            container = executors[label]["container"]
            container.pop("lifecycle", None)  # Vertex's driver
            container["command"] = [sys.executable, __file__, str(records), name]
            container["args"] = ["{{$}}"]
            replayed.append(name)
    return replayed


def main(records: str, task: str, executor_input: str) -> None:
    """Copies the task's newest artifacts to where its new ones belong."""
    earlier = json.loads(Path(records).read_text("utf-8"))
    outputs = json.loads(executor_input)["outputs"]
    made = {}
    for name, artifacts in outputs["artifacts"].items():
        (artifact,) = artifacts["artifacts"]
        *_, source = (each for each in earlier if each["uri"].endswith(f"/{task}/{name}"))
        shutil.copytree(source["uri"], artifact["uri"], dirs_exist_ok=True)
        made[name] = {"artifacts": [{**artifact, "metadata": source["metadata"]}]}
    file = Path(outputs["outputFile"])
    file.parent.mkdir(parents=True, exist_ok=True)  # of a task without artifacts as well
    file.write_text(json.dumps({"artifacts": made}), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
