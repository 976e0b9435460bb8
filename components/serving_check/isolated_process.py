"""Runs the isolated server on a list of requests, and reads what became of it."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from components.serving_check import isolated_server


@dataclass(frozen=True)
class Request:
    """What a client sends.

    Attributes:
        signature: to ask.
        name: what is sent, for findings.
        inputs: string [batch], by the name of the signature's input.
    """

    signature: str
    name: str
    inputs: Mapping[str, Sequence[bytes]]

    def __str__(self) -> str:
        return f"{self.signature} ({self.name})"


@dataclass(frozen=True)
class Answer:
    """What a client gets: outputs, or an error.

    Attributes:
        outputs: arrays by name; strings are bytes in arrays of objects.
        milliseconds: that the session took.
        error: of the model; None where it answered.
    """

    outputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    milliseconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True)
class Served:
    """What a server made of a list of requests.

    Attributes:
        answers: one for each request, in their order; fewer where the process ended early.
        failure: why the process ended early; None where it answered all requests.
        load_seconds: that the export took to load; None where it was not loaded.
        versions: of the packages that the server has, by name.
        signatures: names of the export's signatures.
    """

    answers: Sequence[Answer] = ()
    failure: str | None = None
    load_seconds: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    signatures: Sequence[str] = ()


def ask(saved_model: str, requests: Sequence[Request], timeout_seconds: float) -> Served:
    """Asks an export in a fresh process that has only TensorFlow and tensorflow-text.

    Args:
        saved_model: folder of the export, local or gs://.
        requests: to send, one after the other.
        timeout_seconds: after which the process is killed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        requests_file = os.path.join(scratch, "requests.jsonl")
        answers_file = os.path.join(scratch, "answers.jsonl")
        with open(requests_file, "w", encoding="utf-8") as file:
            file.writelines(_encode(request) for request in requests)
        failure = _run([saved_model, requests_file, answers_file], timeout_seconds)
        process, answers = _read_answers(answers_file)
    if failure:
        at = "while the export was loaded"
        if process:
            at = f"at {requests[len(answers)]}" if len(answers) < len(requests) else "at its end"
        failure = f"{failure} {at}"
    return Served(answers=answers, failure=failure, **process)


def _run(arguments: Sequence[str], timeout_seconds: float) -> str | None:
    """Runs the server; returns in words how it failed, or None."""
    # No settings of TensorFlow's from here, and no accelerator: this process may hold it.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("TF_")}
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    try:
        result = subprocess.run(
            [sys.executable, "-I", isolated_server.__file__, *arguments],
            env=environment,
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"a process that hung, and was killed after {timeout_seconds:g} s,"
    if result.returncode == 0:
        return None
    *_, last_words = ["", *result.stderr.decode("utf-8", "replace").strip().splitlines()]
    return f"a process that {_ending(result.returncode)} [{last_words}]"


def _ending(return_code: int) -> str:
    if return_code == -signal.SIGKILL:
        return "was killed (SIGKILL), as the system does where memory runs out,"
    if return_code < 0:
        return f"crashed ({signal.Signals(-return_code).name})"
    return f"ended with exit code {return_code}"


def _encode(request: Request) -> str:
    inputs = {
        name: [base64.b64encode(text).decode("ascii") for text in texts]
        for name, texts in request.inputs.items()
    }
    return json.dumps({"signature": request.signature, "inputs": inputs}) + "\n"


def _read_answers(file: str) -> tuple[dict[str, Any], list[Answer]]:
    """The line about the process, empty where there is none, and the answers."""
    if not os.path.exists(file):
        return {}, []
    with open(file, encoding="utf-8") as lines:
        # A process that dies while it writes leaves half a line.
        documents = [json.loads(line) for line in lines if line.endswith("\n")]
    return (
        (documents[0], [_decode(document) for document in documents[1:]]) if documents else ({}, [])
    )


def _decode(document: Mapping[str, Any]) -> Answer:
    if "error" in document:
        return Answer(error=document["error"])
    outputs = {name: _decode_array(**value) for name, value in document["outputs"].items()}
    return Answer(outputs, document["milliseconds"])


def _decode_array(type: str, shape: Sequence[int], values: Sequence[Any]) -> np.ndarray:
    if type == "object":
        values = [base64.b64decode(text) for text in values]
    return np.array(values, dtype=type).reshape(shape)
