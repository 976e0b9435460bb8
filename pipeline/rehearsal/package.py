"""The project as an image has it: its distribution, installed apart from the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from components.errors import FailureError
from pipeline.settings import REPOSITORY

_SOURCES = ("setup.py", "pyproject.toml", "trainer_module.py", "pipeline", "components", "schema")
# Runs at the start of every process that has the folder on its path: an editable install of the
# checkout would find what the distribution lacks.
_SITE = '''"""Hides editable installs, so that only the distribution is found."""

import sys

sys.meta_path[:] = [f for f in sys.meta_path if "__editable__" not in getattr(f, "__module__", "")]
sys.path[:] = [p for p in sys.path if "__editable__" not in p and p != {checkout!r}]
'''


class PackagingError(FailureError):
    """The distribution cannot be built."""


def install_distribution(folder: Path, repository: Path = REPOSITORY) -> Path:
    """Builds the distribution and installs it, without what it requires.

    Args:
        folder: scratch folder.
        repository: checkout with setup.py.

    Returns:
        The folder to put on PYTHONPATH.

    Raises:
        PackagingError: there is no checkout, or setup.py fails.
    """
    source, site = folder / "source", folder / "site"
    if not (repository / "setup.py").is_file():
        raise PackagingError(f"{repository} has no setup.py; rehearse from a checkout")
    source.mkdir(parents=True)
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in _SOURCES:
        path = repository / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=ignore)
        elif path.is_file():
            shutil.copy(path, source / name)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(site)]
    result = subprocess.run(
        [*pip, *options, str(source)], capture_output=True, text=True, check=False
    )
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        raise PackagingError(f"setup.py cannot be built: {last}")
    (site / "sitecustomize.py").write_text(_SITE.format(checkout=str(repository)), "utf-8")
    return site
