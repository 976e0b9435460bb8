"""Loads a SavedModel as TF Serving would and answers requests, in a process that has nothing else.

Run as a script, in Python's isolated mode: it refuses to import any package that TensorFlow and
tensorflow-text do not require, this project included. Importing it as a module does nothing.

Usage: python -I isolated_server.py SAVED_MODEL REQUESTS ANSWERS

REQUESTS holds one JSON object a line: `signature` and `inputs`, lists of base64 by name. ANSWERS
gets a first line about the process, then one for each request, each written as soon as it is known,
so that the number of lines tells where a process died.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.abc
import importlib.metadata
import importlib.util
import json
import re
import sys
import time
from typing import Any

_SERVER_PACKAGES = ("tensorflow", "tensorflow-cpu", "tensorflow-tpu", "tensorflow-text")
_NOT_ON_A_SERVER = ("components", "pipeline", "tfx", "tokenizers", "transformers")


class _Refuse(importlib.abc.MetaPathFinder):
    """Lets nothing be imported but the standard library and some top-level modules."""

    def __init__(self, modules: set[str]):
        self._allowed = modules | sys.stdlib_module_names

    def find_spec(self, name: str, path: Any, target: Any = None) -> None:
        if name.partition(".")[0] not in self._allowed:
            raise ModuleNotFoundError(f"{name} is not installed on a server", name=name)


def main(saved_model: str, requests_file: str, answers_file: str) -> None:
    """Loads the model, then answers all requests in their order."""
    _be_killed_first()
    packages = _required_packages()
    sys.meta_path.insert(0, _Refuse({module for names in packages.values() for module in names}))
    _prove_isolation()
    import tensorflow as tf
    import tensorflow_text  # noqa: F401 - registers the tokenizer's operations

    with (
        open(requests_file, encoding="utf-8") as requests,
        open(answers_file, "w", encoding="utf-8", buffering=1) as answers,
        tf.Graph().as_default(),
        tf.compat.v1.Session() as session,
    ):
        start = time.perf_counter()
        signatures = tf.compat.v1.saved_model.load(session, ["serve"], saved_model).signature_def
        process = {
            "load_seconds": time.perf_counter() - start,
            "versions": {
                name: importlib.metadata.version(name)
                for name in _SERVER_PACKAGES
                if name in packages
            },
            "signatures": [name for name in signatures if not name.startswith("__")],
        }
        answers.write(json.dumps(process) + "\n")
        for line in requests:
            answers.write(json.dumps(_answer(session, signatures, json.loads(line))) + "\n")
        _prove_isolation()


def _be_killed_first() -> None:
    """Where memory runs out, Linux shall end this process rather than the pipeline's."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _required_packages() -> dict[str, set[str]]:
    """Installed packages that a server needs, by name, with their top-level modules."""
    packages: dict[str, set[str]] = {}
    pending = list(_SERVER_PACKAGES)
    while pending:
        name = pending.pop()
        if name in packages:
            continue
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # required on another platform, or another build of TensorFlow
        packages[name] = _top_level_modules(package)
        for requirement in package.requires or []:
            words = re.match(r"[\w.-]+", requirement)
            if words and "extra ==" not in requirement:
                pending.append(re.sub(r"[-_.]+", "-", words[0]).lower())
    return packages


def _top_level_modules(package: importlib.metadata.Distribution) -> set[str]:
    listed = package.read_text("top_level.txt")
    if listed:
        return set(listed.split())
    return {file.parts[0].removesuffix(".py") for file in package.files or []}


def _prove_isolation() -> None:
    for name in _NOT_ON_A_SERVER:
        with contextlib.suppress(ModuleNotFoundError):
            if name in sys.modules or importlib.util.find_spec(name):
                sys.exit(f"{name} can be imported, so this process is not like a server's")


def _answer(session: Any, signatures: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Feeds one request through its SignatureDef; an error of the model is an answer as well."""
    from tensorflow import make_ndarray

    try:
        signature = signatures[request["signature"]]
        # As TF Serving does: an input that a client leaves out has the signature's default.
        values = {name: make_ndarray(default) for name, default in signature.defaults.items()}
        for name, texts in request["inputs"].items():
            values[name] = [base64.b64decode(text) for text in texts]
        fetches = {name: tensor.name for name, tensor in signature.outputs.items()}
        feeds = {signature.inputs[name].name: value for name, value in values.items()}
        start = time.perf_counter()
        outputs = session.run(fetches, feeds)
        milliseconds = 1000 * (time.perf_counter() - start)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"}
    encoded = {name: _encode(value) for name, value in outputs.items()}
    return {"milliseconds": milliseconds, "outputs": encoded}


def _encode(value: Any) -> dict[str, Any]:
    """An array as JSON: type, shape and flat values, those of strings in base64."""
    values = value.ravel().tolist()
    if value.dtype == object:
        values = [base64.b64encode(text).decode("ascii") for text in values]
    return {"type": value.dtype.name, "shape": value.shape, "values": values}


if __name__ == "__main__":
    main(*sys.argv[1:])
