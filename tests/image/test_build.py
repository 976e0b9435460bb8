"""The image, built here from its Dockerfile: what its containers import and run is all there."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.dockerfile import ONLY_IN_DOCKER, Build, read_dockerfile

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
found = pkgutil.walk_packages(components.__path__, "components.")
names = [*sys.argv[1:], *(module.name for module in found)]
places = {name: importlib.import_module(name).__file__ for name in names}
import tensorflow, transformers
places["keras"] = type(tensorflow.keras.layers.Dense(1)).__module__
places["TensorFlow models"] = transformers.is_tf_available()
print(json.dumps(places))
"""
# Files of an installed package that are not those of its wheel.
CHANGED = """
import base64, hashlib, importlib.metadata, sys
for file in importlib.metadata.distribution(sys.argv[1]).files:
    if file.hash and file.suffix != ".pyc":
        digest = hashlib.new(file.hash.mode, file.read_binary()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            print(file)
"""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Where the image is built; its 3 GB do not stay."""
    yield tmp_path / "image"
    shutil.rmtree(tmp_path / "image", ignore_errors=True)


@pytest.fixture
def libtpu_index(tmp_path: Path) -> Path:
    """A folder with an empty libtpu: the real one is in no index that tests may count on."""
    folder = tmp_path / "index"
    folder.mkdir()
    about = "libtpu-2.16.0rc0.dist-info"
    contents = {
        "libtpu/__init__.py": "",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: libtpu\nVersion: 2.16.0rc0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(folder / "libtpu-2.16.0rc0-py3-none-any.whl", "w") as wheel:
        for name, text in contents.items():
            wheel.writestr(name, text)
    return folder


@pytest.mark.end_to_end
def test_the_image_has_all_that_its_containers_import(root: Path):
    build = built(root, "cpu")
    packages = root / "opt/newscat/lib/python3.10/site-packages"

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
def test_the_tpu_s_tensorflow_takes_the_place_of_the_locked_one(root: Path, libtpu_index: Path):
    build = built(root, "tpu", LIBTPU_INDEX=str(libtpu_index))
    assert imports(build)["TensorFlow models"]
    assert output(build.execute(["python", "-c", CHANGED, "tensorflow-tpu"])) == ""
    assert "libtensorflow_cc.so.2" in output(build.execute(["python", "-c", CHANGED, "tensorflow"]))


@pytest.mark.slow
def test_cuda_s_libraries_load_from_where_tensorflow_looks(root: Path):
    build = built(root, "gpu")
    assert imports(build)["TensorFlow models"]
    folder = root / "opt/newscat/lib/python3.10/site-packages/tensorflow"
    for library in ("libcudart.so.12", "libcudnn.so.8", "libcublas.so.12", "libnvrtc.so.12"):
        load = f"import ctypes; ctypes.CDLL({str(folder / library)!r})"
        output(build.execute(["python", "-c", load]))
    assert "release 12.3" in output(build.execute(["ptxas", "--version"]))


def test_an_unknown_accelerator_is_refused(root: Path):
    build = Build(root, {"ACCELERATOR": "tpu-v3-8"})
    (install,) = [i for i in read_dockerfile() if "$ACCELERATOR" in i.value]
    build.environment = {"ACCELERATOR": "tpu-v3-8", "PATH": "/usr/bin:/bin"}
    with pytest.raises(AssertionError, match="ACCELERATOR is cpu, gpu or tpu, not tpu-v3-8"):
        build.carry_out(install)


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
