"""Runs that several tests look at or go on from, each made once, when the first test needs it.

They share a copy of the project and one output folder, so that a run finds what earlier ones
cached; a test begins by going back to one of them, and so depends on no other test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.project import SMALL, FinishedRun, Project, copy_project


@pytest.fixture(scope="session")
def shared_project(tmp_path_factory: pytest.TempPathFactory, warm_python: str) -> Project:
    """The copy, as the runs below have it: not to be edited."""
    folder = tmp_path_factory.mktemp("runs")
    return copy_project(tmp_path_factory.mktemp("project"), folder / "output", warm_python)


@pytest.fixture
def project(shared_project: Project) -> Iterator[Project]:
    """The copy, whose source a test may edit; go back to a run first."""
    with shared_project.source_kept():
        yield shared_project


@pytest.fixture(scope="session")
def first_run(shared_project: Project) -> FinishedRun:
    """The first run of an output folder, in a fresh interpreter."""
    return shared_project.with_fresh_interpreter().finish_run(after=None)


@pytest.fixture(scope="session")
def second_run(shared_project: Project, first_run: FinishedRun) -> FinishedRun:
    """The same run again."""
    return shared_project.finish_run(first_run)


@pytest.fixture(scope="session")
def refused_run(shared_project: Project, second_run: FinishedRun) -> FinishedRun:
    """A third one with a bound that no model can meet."""
    return shared_project.finish_run(second_run, {**SMALL, "gate.min_top_1": 1.0})


@pytest.fixture(scope="session")
def failed_run(
    shared_project: Project,
    refused_run: FinishedRun,
    tmp_path_factory: pytest.TempPathFactory,
) -> FinishedRun:
    """A fourth one whose data cannot be read."""
    rows = tmp_path_factory.mktemp("rows") / "unknown.json"
    rows.write_text('{"headline": "A", "category": "SPACE"}\n', encoding="utf-8")
    inputs = {"data.files": rows, "checkpoint.source": refused_run.input("starter*")}
    return shared_project.finish_run(refused_run, {**SMALL, **inputs})
