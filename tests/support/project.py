"""A copy of the project that a test may edit, and runs that any test can go on from."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from components.evaluation.verdict import Verdict, read_verdict
from components.run_records import RunRecord, RunRecords
from pipeline.settings import REPOSITORY
from tests.support.newscat import Newscat, Settings

# Bounds that every model keeps: what matters is elsewhere.
ANY_MODEL = {
    "gate.min_top_1": 0.0,
    "gate.min_top_3": 0.0,
    "gate.max_drop_top_1": 1.0,
    "gate.min_class_top_1": 0.0,
    "gate.max_class_drop_top_1": 1.0,
}
SMALL = {
    "demo.sample_rows": 600,
    "trainer.epochs": 3,
    "serving_check.golden_rows": 8,
    **ANY_MODEL,
}


@dataclass(frozen=True)
class FinishedRun:
    """A run, and what the project's output folder was after it.

    Attributes:
        result: of the process.
        record: of the run, read when it had ended.
        saved: copy of the output folder.
        output: the folder itself, to which the record's paths belong.
    """

    result: subprocess.CompletedProcess[str]
    record: RunRecord
    saved: Path
    output: Path

    @property
    def versions(self) -> set[str]:
        """What had been pushed until then."""
        return {path.name for path in (self.saved / "serving").iterdir()}

    def verdict(self) -> Verdict:
        """What its Evaluator decided."""
        evaluation = self.record.output("Evaluator", "evaluation")
        assert evaluation is not None
        return read_verdict(str(self.saved / Path(evaluation.uri).relative_to(self.output)))

    def input(self, pattern: str) -> Path:
        """The one input that was made for it and has such a name."""
        (found,) = (self.saved / "inputs").glob(pattern)
        return found


@dataclass(frozen=True)
class Project:
    """A copy of the project and the output folder of its runs, which is always the same.

    Attributes:
        root: of the copy.
        output: of the runs.
        newscat: how commands are run.
    """

    root: Path
    output: Path
    newscat: Newscat

    def start(self, settings: Settings) -> subprocess.Popen[str]:
        """Starts a run of the demo profile with these settings."""
        return self.newscat.start(*self._command, settings=settings)

    def run(self, settings: Settings = SMALL) -> tuple[subprocess.CompletedProcess[str], RunRecord]:
        """Runs the demo profile with these settings."""
        result = self.newscat(*self._command, settings=settings)
        record = RunRecords(str(self.output / "metadata.db")).latest()
        assert record is not None, result.stderr
        return result, record

    @property
    def _command(self) -> tuple[object, ...]:
        return ("run", "--profile", "demo", "--output", self.output)

    def finish_run(self, after: FinishedRun | None, settings: Settings = SMALL) -> FinishedRun:
        """A run to go on from, after another or as the first one."""
        if after:
            self.go_back_to(after)
        result, record = self.run(settings)
        saved = self.output.with_name(f"after-{record.run_id}".replace(":", ""))
        shutil.copytree(self.output, saved)
        return FinishedRun(result, record, saved, self.output)

    def go_back_to(self, run: FinishedRun) -> None:
        """Makes the output folder what it was after a run."""
        shutil.rmtree(self.output)
        shutil.copytree(run.saved, self.output)

    def with_fresh_interpreter(self) -> Project:
        """The same, without the warm interpreter."""
        return replace(self, newscat=replace(self.newscat, python=sys.executable))

    def explain(self, exit_code: int = 0) -> dict[str, Any]:
        """What `newscat explain` says of the latest run."""
        result = self.newscat("explain", "--json", "--output", self.output)
        assert result.returncode == exit_code, result.stderr
        return json.loads(result.stdout)

    def versions(self) -> set[str]:
        """What has been pushed."""
        return {path.name for path in (self.output / "serving").iterdir()}

    @contextmanager
    def source_kept(self) -> Iterator[None]:
        """Undoes at its end what was appended to source files."""
        saved = self.root.with_name(f"{self.root.name}-saved")
        shutil.copytree(self.root, saved)
        try:
            yield
        finally:
            shutil.rmtree(self.root)
            saved.rename(self.root)

    def append(self, file: str, text: str) -> None:
        """Adds a line to a source file."""
        with (self.root / file).open("a", encoding="utf-8") as source:
            source.write(f"{text}\n")


def copy_project(root: Path, output: Path, python: str) -> Project:
    """Copies what runs need into `root`, a folder that is there."""
    for name in ("pipeline", "components", "schema"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
    shutil.copy(REPOSITORY / "trainer_module.py", root)
    return Project(root, output, Newscat(python, root))
