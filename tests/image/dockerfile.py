"""Reads the Dockerfile, and builds what it describes in a folder of this machine, without Docker.

Everything that the build writes lies below /opt, /build and /home: these become folders below one
root, all stages share it, and each instruction does there what it would do in its stage.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.vertex.image_tag import context_files

REPOSITORY = Path(__file__).resolve().parents[2]
# Instructions that need another machine, by their first words: a user is made, and Dataflow's
# launcher comes out of another image.
ONLY_IN_DOCKER = ("RUN useradd ", "COPY --from=apache/beam_")
_MOVED = r"(?<![\w.}:/])/(opt|build|home)\b"
_ELSEWHERE = r"(?<![\w.}:/*])/(?!opt\b|build\b|home\b|dev/null\b)\w+"


@dataclass(frozen=True)
class Instruction:
    """One instruction, its lines joined; `name` is in capitals."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


def read_dockerfile(path: Path = REPOSITORY / "Dockerfile") -> list[Instruction]:
    """The instructions in order, without comments."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [Instruction(*line.split(maxsplit=1)) for line in lines if line.strip()]


class Build:
    """A build of the Dockerfile.

    Args:
        root: folder that stands for the images' file system.
        arguments: as of `docker build --build-arg`.

    Attributes:
        environment: of the current stage; after `run`, that of the image.
        folder: current working directory, likewise.
        skipped: instructions that were not carried out.
    """

    def __init__(self, root: Path, arguments: Mapping[str, str]):
        self._root, self._arguments = root, arguments
        self._stages: dict[str, dict[str, str]] = {}
        self.environment: dict[str, str] = {}
        self.folder = root
        self.skipped: list[Instruction] = []
        self._context = root / "context"
        for file in context_files():
            copy = self._context / file.relative_to(REPOSITORY)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
        python = root / "base" / "python"
        python.parent.mkdir(parents=True)
        python.symlink_to(Path(sys.executable).resolve())
        self._base_path = os.pathsep.join([str(python.parent), "/usr/bin", "/bin"])

    def run(self) -> None:
        """Carries out all instructions."""
        for instruction in read_dockerfile():
            self.carry_out(instruction)

    def carry_out(self, instruction: Instruction) -> None:
        """Carries out one instruction in the state that the ones before it left."""
        if str(instruction).startswith(ONLY_IN_DOCKER):
            self.skipped.append(instruction)
        else:
            getattr(self, f"_do_{instruction.name.lower()}")(instruction.value)

    def execute(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Runs a command as a container of the image would."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self._process_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def _do_from(self, value: str) -> None:
        image, _, name = value.partition(" AS ")
        self.environment = dict(self._stages.get(image, {"PATH": self._base_path}))
        if name:
            self._stages[name] = self.environment

    def _do_arg(self, value: str) -> None:
        name, _, default = value.partition("=")
        self.environment[name] = self._arguments.get(name, default)

    def _do_env(self, value: str) -> None:
        before = dict(self.environment)
        for assignment in shlex.split(value):
            name, _, text = assignment.partition("=")
            text = re.sub(r"\$\{?(\w+)\}?", lambda match: before[match[1]], self._move(text))
            self.environment[name] = text

    def _do_workdir(self, value: str) -> None:
        self.folder = Path(self._move(value))
        self.folder.mkdir(parents=True, exist_ok=True)

    def _do_copy(self, value: str) -> None:
        *sources, destination = value.split()
        if sources[0].startswith("--from="):
            assert sources[1:] == [destination], f"stages share their files: COPY {value}"
            return
        target = self.folder / destination
        for source in (self._context / name for name in sources):
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                into = target / source.name if destination.endswith("/") else target
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, into)

    def _do_run(self, value: str) -> None:
        # What is mounted, a cache, is this machine's own.
        command = self._move(re.sub(r"--(mount=|cache-dir )\S+\s+", "", value))
        result = self.execute(["/bin/sh", "-c", command])
        assert result.returncode == 0, f"RUN {value}\n{result.stdout}\n{result.stderr}"

    def _do_user(self, value: str) -> None:
        """Of no consequence to what is installed."""

    def _do_entrypoint(self, value: str) -> None:
        """Of no consequence to what is installed."""

    def _move(self, text: str) -> str:
        """Paths of the images as paths below the root."""
        elsewhere = re.search(_ELSEWHERE, text)
        assert elsewhere is None, f"{elsewhere} in {text!r} is outside of what this build covers"
        return re.sub(_MOVED, rf"{self._root}/\1", text)

    def _process_environment(self) -> dict[str, str]:
        """The stage's variables, and of this machine's only how to reach a package index."""
        kept = ("HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy")
        own = {
            name: value
            for name, value in os.environ.items()
            if name in kept or name.startswith(("PIP_", "UV_"))
        }
        return {**own, **self.environment}
