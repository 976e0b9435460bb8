"""TFX's own command line, without a cloud: `tfx pipeline create` with either runner file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import REPOSITORY
from tests.pipeline.vertex.conftest import GIVEN

pytestmark = pytest.mark.end_to_end

RUNNERS = REPOSITORY / "pipeline" / "runners"


def tfx(
    engine: str, home: Path, python: str = sys.executable, **environment: str
) -> subprocess.CompletedProcess[str]:
    programs = Path(sys.executable).parent
    environment |= {
        # tfx asks the `pip` that is first on the path whether kfp is installed.
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        f"{engine.upper()}_HOME": str(home),
    }
    runner = RUNNERS / f"{engine}.py"
    arguments = ["pipeline", "create", "--engine", engine, "--pipeline_path", runner]
    return subprocess.run(
        [python, programs / "tfx", *arguments],
        env=os.environ | environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_vertex_engine_compiles_into_tfx_s_own_folder(tmp_path: Path):
    result = tfx("vertex", tmp_path, NEWSCAT_SET=" ".join([*GIVEN, "name=by-tfx"]))
    assert result.returncode == 0, result.stderr
    assert 'Pipeline "by-tfx" created successfully.' in result.stdout
    job = json.loads((tmp_path / "by-tfx" / "pipeline.json").read_text("utf-8"))
    assert "Trainer" in job["pipelineSpec"]["root"]["dag"]["tasks"]
    assert job["runtimeConfig"]["parameters"]["data_folder"] == {
        "stringValue": "gs://acme-news/data"
    }


def test_a_placeholder_is_refused_without_a_stack_trace(tmp_path: Path, warm_python: str):
    result = tfx("vertex", tmp_path, warm_python)
    assert result.returncode != 0
    assert "newscat: vertex.project: my-project is a placeholder" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.iterdir())


def test_the_local_engine_registers_the_pipeline_and_runs_nothing(
    tmp_path: Path, sample_file: Path, checkpoint: Path, warm_python: str
):
    given = [f"output={tmp_path}/out", f"data.files={sample_file}"]
    given += [f"checkpoint.source={checkpoint}"]
    result = tfx("local", tmp_path, warm_python, NEWSCAT_SET=" ".join(given))
    assert result.returncode == 0, result.stderr
    arguments = tmp_path / "news-category-demo" / "pipeline_args.json"
    registered = json.loads(arguments.read_text("utf-8"))
    assert registered["pipeline_dsl_path"] == str(RUNNERS / "local.py")
    assert registered["pipeline_root"] == f"{tmp_path}/out/artifacts"
    assert not list((tmp_path / "out").iterdir())
