"""What the Dockerfile promises and names elsewhere too: versions, user, entry point, tag."""

from __future__ import annotations

import re
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from pipeline.vertex.image_tag import context_files, image_tag
from pipeline.vertex.worker_pools import LIBTPU
from tests.image.dockerfile import REPOSITORY, read_dockerfile

INSTRUCTIONS = read_dockerfile()


def pins(lock: str) -> dict[str, str]:
    text = (REPOSITORY / lock).read_text("utf-8")
    assert text.count("==") <= text.count("--hash=sha256:")
    return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", text, flags=re.MULTILINE))


def test_dataflow_s_launcher_is_of_the_locked_beam():
    (copy,) = [i.value for i in INSTRUCTIONS if "apache/beam_" in i.value]
    version = pins("requirements.lock")["apache-beam"]
    assert copy == f"--from=apache/beam_python3.10_sdk:{version} /opt/apache/beam /opt/apache/beam"
    assert INSTRUCTIONS[-1].value == '["/opt/apache/beam/boot"]'


def test_accelerators_add_what_the_locked_tensorflow_asks_for():
    asked = [r for r in metadata.requires("tensorflow") or [] if "extra == 'and-cuda'" in r or
             'extra == "and-cuda"' in r]  # fmt: skip
    assert pins(".ci/image/gpu.lock") == dict(
        re.match(r"([\w-]+)\s*==\s*([\w.]+)", requirement).groups() for requirement in asked
    )
    tensorflow = pins("requirements.lock")["tensorflow"]
    assert pins(".ci/image/tpu.lock") == {"tensorflow-tpu": tensorflow}


def test_tpu_workers_look_for_libtpu_where_the_image_has_it():
    variables = " ".join(i.value for i in INSTRUCTIONS if i.name == "ENV").split()
    (packages,) = [v.partition("=")[2] for v in variables if v.startswith("PACKAGES=")]
    assert f"{packages}/libtpu/libtpu.so" == LIBTPU
    # Set for every process, TensorFlow would load it on machines that have no TPU.
    assert not [v for v in variables if "LIBRARY_PATH" in v]


def test_every_base_image_has_a_full_version():
    stages = [i.value.partition(" AS ") for i in INSTRUCTIONS if i.name == "FROM"]
    own = {name for _, _, name in stages}
    images = [image for image, _, _ in stages if image not in own]
    assert len(images) == 2
    assert all(re.fullmatch(r"python:3\.10\.\d+(-slim)?-bookworm", image) for image in images)
    assert len({image.replace("-slim", "") for image in images}) == 1


def test_the_image_s_processes_are_not_root_s():
    names = [str(instruction) for instruction in INSTRUCTIONS]
    assert names.index("ARG RUN_AS=1000") + 1 == names.index("USER $RUN_AS")
    assert [n for n in names if n.startswith("USER")] == ["USER $RUN_AS"]
    assert [i.name for i in INSTRUCTIONS][-3:] == ["USER", "WORKDIR", "ENTRYPOINT"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of what an image is made of."""
    for file in [REPOSITORY / ".dockerignore", *context_files()]:
        copy = tmp_path / file.relative_to(REPOSITORY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["trainer_module.py", "components/progress.py", "schema/taxonomy.yaml", "requirements.lock",
     ".ci/image/tpu.lock", "Dockerfile", "pipeline/configs/vertex.yaml"],
)  # fmt: skip
def test_the_tag_follows_what_the_image_is_made_of(name: str, repository: Path):
    before = image_tag(repository)
    (repository / name).write_bytes((repository / name).read_bytes() + b"\n# edited\n")
    assert image_tag(repository) != before


def test_the_tag_ignores_the_rest(repository: Path):
    assert image_tag(repository) == image_tag()
    for name in (
        "README.md",
        "tests/test_new.py",
        "components/__pycache__/a.pyc",
        "schema/a.md",
        ".env",
    ):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text("new", "utf-8")
    assert image_tag(repository) == image_tag()


def test_a_moved_module_is_another_image(repository: Path):
    (repository / "components/progress.py").rename(repository / "components/progression.py")
    assert image_tag(repository) != image_tag()
