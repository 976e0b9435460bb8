"""The workflows: pinned, without more rights than they need, and their commands are ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.vertex import clients
from pipeline.vertex.image_tag import REPOSITORY, image_tag
from tests.pipeline.vertex.fake_vertex import FakeVertex

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
SIGN_IN = "google-github-actions/auth@"


def jobs_of(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text("utf-8"))["jobs"]


def step(workflow: str, job: str, run: str) -> dict[str, Any]:
    """The step whose script holds `run`."""
    steps = jobs_of(REPOSITORY / ".github" / "workflows" / f"{workflow}.yml")[job]["steps"]
    (found,) = [s for s in steps if run in s.get("run", "")]
    return found


def run_script(script: str, folder: Path, **variables: str) -> None:
    """Runs a step's script; without a .venv, with this environment in its place."""
    if not (folder / ".venv").exists():
        (folder / ".venv").symlink_to(sys.prefix)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **variables}
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def without_variables(expressions: dict[str, str]) -> dict[str, str]:
    """What `${{ vars.NAME || 'value' }}` gives in a repository that sets no variable."""
    return {name: re.findall(r"\|\| '(.*)' \}\}", text)[0] for name, text in expressions.items()}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_rights_are_least(path: Path):
    text = path.read_text("utf-8")
    actions = re.findall(r"uses: (?!\./)(.*)", text)
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", a) for a in actions)
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    for name, job in jobs_of(path).items():
        signs_in = any(SIGN_IN in s.get("uses", "") for s in job.get("steps", []))
        given = {"contents": "read", "id-token": "write"} if signs_in else None
        assert job.get("permissions") == given, name
        assert not any("${{" in s.get("run", "") for s in job.get("steps", [])), "injectable"
    assert "secrets." not in text and "credentials_json" not in text


def test_the_pushed_image_has_the_tag_that_the_compiled_file_names(tmp_path: Path):
    output = tmp_path / "output"
    run_script(
        step("image", "push", "image_tag")["run"],
        tmp_path,
        REPOSITORY="europe-docker.pkg.dev/acme/ml",
        ACCELERATOR="tpu",
        GITHUB_OUTPUT=str(output),
    )
    assert output.read_text("utf-8").splitlines() == [
        "registry=europe-docker.pkg.dev",
        f"image=europe-docker.pkg.dev/acme/ml/newscat:tpu-{image_tag()}",
    ]


@pytest.mark.end_to_end
def test_the_workflow_compiles_without_a_cloud(tmp_path: Path, warm_python: str):
    newscat = tmp_path / ".venv" / "bin" / "newscat"
    newscat.parent.mkdir(parents=True)
    newscat.write_text(f'#!/bin/sh\nexec "{warm_python}" -m pipeline.cli.main "$@"\n', "utf-8")
    newscat.chmod(0o755)
    job = jobs_of(REPOSITORY / ".github" / "workflows" / "compile.yml")["compile"]
    script = step("compile", "compile", "newscat compile")["run"]
    run_script(script, tmp_path, **without_variables(job["env"]))
    document = json.loads((tmp_path / "pipeline.json").read_text("utf-8"))
    executors = document["pipelineSpec"]["deploymentSpec"]["executors"].values()
    images = {e["container"]["image"] for e in executors if "container" in e}
    assert images == {f"us-docker.pkg.dev/made-up/ml/newscat:tpu-{image_tag()}"}


def test_a_second_attempt_of_a_submission_makes_no_second_job(
    tmp_path: Path, compiled: Path, vertex_ai: FakeVertex
):
    script = step("submit", "submit", "newscat submit")["run"]
    for attempt in ("first", "second"):
        folder = tmp_path / attempt
        folder.mkdir()
        (folder / "pipeline.json").symlink_to(compiled)
        run_script(
            script,
            folder,
            PROJECT="acme",
            REGION="us-central1",
            JOB="news-category-1",
            **{clients.EMULATOR_VARIABLE: vertex_ai.address},
        )
    assert [name.rpartition("/")[2] for name in vertex_ai.jobs] == ["news-category-1"]
