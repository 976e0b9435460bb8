"""The image, built here from its Dockerfile: what its containers import and run is all there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.image.dockerfile import ONLY_IN_DOCKER, Build

# What starts the processes of a run: a task of the pipeline, the Trainer's custom job, a worker of
# Dataflow. The project's own modules follow.
ENTRY_MODULES = [
    "tfx.orchestration.kubeflow.v2.container.kubeflow_v2_run_executor",
    "tfx.scripts.run_executor",
    "apache_beam.runners.worker.sdk_worker_main",
    "trainer_module",
]
IMPORT_ALL = """
import importlib, json, pkgutil, sys
import components
names = [*sys.argv[1:], *(m.name for m in pkgutil.walk_packages(components.__path__, "components."))]
places = {name: importlib.import_module(name).__file__ for name in names}
import tensorflow, transformers
places["keras"] = type(tensorflow.keras.layers.Dense(1)).__module__
places["TensorFlow models"] = transformers.is_tf_available()
print(json.dumps(places))
"""
STAND_IN = "from setuptools import setup; setup(name='libtpu', version='2.16.0rc0')\n"


@pytest.fixture
def libtpu_index(tmp_path: Path) -> Path:
    """A folder with an empty libtpu: the real one is in no index that tests may count on."""
    (tmp_path / "libtpu").mkdir()
    (tmp_path / "libtpu" / "setup.py").write_text(STAND_IN, "utf-8")
    return tmp_path / "libtpu"


@pytest.mark.end_to_end
def test_the_image_has_all_that_its_containers_import(tmp_path: Path):
    build = built(tmp_path, "cpu")
    packages = tmp_path / "opt/newscat/lib/python3.10/site-packages"

    found = imports(build)
    assert all(Path(found[name]).is_relative_to(packages) for name in ENTRY_MODULES)
    assert any(name.startswith("components.evaluation.") for name in found)
    assert found["keras"].startswith("tf_keras.")
    for package in ("tfx", "components"):
        assert list((packages / package).glob("__pycache__/__init__.*.pyc"))

    assert "compile" in output(build.execute(["newscat", "--help"]))
    assert build.execute(["python", "-m", "pip", "check"]).returncode == 0
    assert [str(i).startswith(ONLY_IN_DOCKER) for i in build.skipped] == [True, True]


@pytest.mark.slow
def test_the_tpu_s_tensorflow_takes_the_place_of_the_locked_one(tmp_path: Path, libtpu_index: Path):
    wheel = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    build = built(tmp_path, "tpu", LIBTPU_INDEX=str(libtpu_index))
    found = imports(build)
    assert found["TensorFlow models"]
    assert wheel


@pytest.mark.slow
def test_cuda_s_libraries_are_where_tensorflow_looks(tmp_path: Path):
    build = built(tmp_path, "gpu")
    assert imports(build)["TensorFlow models"]


def test_an_unknown_accelerator_is_refused(tmp_path: Path):
    ...


def built(root: Path, accelerator: str, **arguments: str) -> Build:
    build = Build(root, {"ACCELERATOR": accelerator, **arguments})
    build.run()
    return build


def imports(build: Build) -> dict[str, str]:
    """Where the modules of the containers come from, and what they make of TensorFlow."""
    return json.loads(output(build.execute(["python", "-c", IMPORT_ALL, *ENTRY_MODULES])))


def output(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout
