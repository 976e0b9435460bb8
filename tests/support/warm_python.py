"""A stand-in for the Python interpreter that has imported the libraries already.

Importing TFX, TensorFlow and the rest takes a process 6 s of CPU, on slower machines a minute, and
the tests start some forty of them. `start_warm_python` starts one process that imports libraries,
and nothing of the project, and then forks: `python`, the shim, takes `[-I] -m MODULE ARGUMENT...`
or `[-I] SCRIPT ARGUMENT...` as Python does, and sends arguments, environment, working directory and
its three descriptors to that server. The forked process takes them over, applies PYTHONPATH and a
`sitecustomize` on it, and runs the module as the interpreter would; the shim ends with its exit
code or signal, and takes it along if it is killed itself.

What is not proved by a test that uses it:

- that the project's own imports are complete and in a good order, for what a module forgot may have
  been imported by the server: in particular, that Keras 2 is chosen before TensorFlow;
- what becomes of models and threads when the interpreter tears down its modules, which a forked
  process leaves to the system;
- that nothing depends on the seed of Python's hashes, which all forked processes share;
- anything that depends on options of the interpreter, or on PYTHON* variables other than
  PYTHONPATH and PYTHONUNBUFFERED.

Therefore fresh interpreters run a first local run with its serving check, the run that is killed, a
`tfx pipeline create` that compiles, and what a forked process starts by `sys.executable`, as a
rehearsal does its Trainer's worker. The exception are scripts in isolated mode, the servers that a
serving check asks: where `isolated` is given, that other warm interpreter runs these.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# What newscat and the tasks of a compiled pipeline import, TensorFlow before Beam as they do.
LIBRARIES = (
    "tensorflow",
    "tensorflow_text",
    "tensorflow_transform.beam",
    "tensorflow_data_validation",
    "tensorflow_model_analysis",
    "transformers.models.auto.modeling_tf_auto",
    "transformers.models.auto.tokenization_auto",
    "transformers.models.roberta.modeling_tf_roberta",
    "transformers.models.roberta.tokenization_roberta_fast",
    "tfx.v1",
    "tfx.components.evaluator.executor",
    "tfx.dsl.components.base.base_beam_executor",
    "tfx.extensions.google_cloud_ai_platform.trainer.executor",
    "tfx.orchestration.local.local_dag_runner",
    "tfx.orchestration.kubeflow.v2.kubeflow_v2_dag_runner",
    "tfx.orchestration.kubeflow.v2.container.kubeflow_v2_entrypoint_utils",
    "google.cloud.aiplatform",
    "google.cloud.storage",
    "kfp",
    "pydantic",
    "rich.console",
    "rich.progress",
    "typer",
)
SERVER_LIBRARIES = ("tensorflow", "tensorflow_text")
_HERE = Path(__file__).parent
_SECONDS_TO_START = 600
_SHIM = """#!/bin/sh
exec {python} -IS {client} {address} "$@"
"""
_EXECUTABLE = """#!/bin/sh
if [ "$1" = -I ]; then exec {isolated} "$@"; else exec {python} "$@"; fi
"""


@contextmanager
def start_warm_python(
    folder: Path, libraries: Sequence[str] = LIBRARIES, isolated: str = sys.executable
) -> Iterator[str]:
    """Starts the server, which ends with the context or with this process.

    Args:
        folder: an empty one, for the shim and the socket.
        libraries: modules to import.
        isolated: interpreter for what the forked processes start in isolated mode.

    Yields:
        Path of the shim.
    """
    address, shim, executable = (folder / name for name in ("socket", "python", "executable"))
    words = {"python": sys.executable, "client": _HERE / "warm_client.py", "address": address}
    words["isolated"] = isolated
    quoted = {name: shlex.quote(str(word)) for name, word in words.items()}
    for script, text in ((shim, _SHIM), (executable, _EXECUTABLE)):
        script.write_text(text.format(**quoted), "utf-8")
        script.chmod(0o755)
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, _HERE / "warm_server.py", address, executable, *libraries],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=environment,
        )
    assert server.stdin
    try:
        _wait_for(address, server, log)
        yield str(shim)
    finally:
        server.stdin.close()
        server.wait()


def _wait_for(address: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not address.exists():
        assert server.poll() is None, log.read_text("utf-8", "replace")
        assert time.monotonic() < deadline, "the warm interpreter did not start"
        time.sleep(0.02)
