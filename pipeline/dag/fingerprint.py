"""Code fingerprints: a component's cached result is reused only while the code it ran is the same.

TFX's cache key covers inputs and parameters, but of the code at most one module file. Here every
component carries a hash of the project modules that its entry module imports, directly or not.
"""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from tfx.dsl.components.base.base_node import BaseNode

from pipeline.settings import REPOSITORY

_USER_CODE = ("preprocessing_fn", "run_fn")
_PROJECT_PACKAGES = {"pipeline", "components", "trainer_module"}
_LIBRARIES = ("apache-beam", "tensorflow", "tensorflow-model-analysis", "tensorflow-text",
              "tensorflow-transform", "tfx", "transformers")  # fmt: skip


def entry_modules(component: BaseNode) -> list[str]:
    """The project's modules that a component runs; none where it runs TFX's own code alone.

    They are that of its executor, and of the function that the executor is told to call.
    """
    properties = getattr(component, "exec_properties", {})
    functions = [properties[name] for name in _USER_CODE if properties.get(name)]
    modules = [function.rpartition(".")[0] for function in functions]
    modules.append(component.executor_spec.executor_class.__module__)
    return [module for module in modules if module.split(".")[0] in _PROJECT_PACKAGES]


def code_fingerprint(*entry_modules: str, root: Path = REPOSITORY) -> str:
    """Hash of entry modules, the project modules they import, and the versions of the libraries.

    Args:
        entry_modules: dotted names, say 'trainer_module'.
        root: the folder that holds the project's modules.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for library in _LIBRARIES:
        digest.update(f"{library}=={metadata.version(library)};".encode())
    modules: dict[str, Path] = {}
    for entry in entry_modules:
        modules |= imported_modules(entry, root)
    for module, file in sorted(modules.items()):
        digest.update(module.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def imported_modules(entry_module: str, root: Path = REPOSITORY) -> dict[str, Path]:
    """The entry module and all project modules that it imports, directly or not, with their files.

    Imports within functions count. The source is read, not run.
    """
    found: dict[str, Path] = {}
    pending = [entry_module]
    while pending:
        module = pending.pop()
        file = _source_file(module, root)
        if module in found or file is None:
            continue
        found[module] = file
        pending += _imports_of(file)
        pending += [module.rpartition(".")[0]] if "." in module else []
    return found


def _source_file(module: str, root: Path) -> Path | None:
    path = root.joinpath(*module.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


@lru_cache
def _imports_of(file: Path) -> list[str]:
    """Project modules that a file names in its imports; a name may be a module or an attribute."""
    names = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.split(".")[0] in _PROJECT_PACKAGES]
