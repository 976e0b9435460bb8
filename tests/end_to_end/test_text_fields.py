"""A third text field is one line: it is read, learnt, served and checked without another edit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.project import SMALL, FinishedRun, Project

pytestmark = pytest.mark.end_to_end

FIELDS = "components/article/fields.py"
BEFORE = "TEXT_FIELDS = (HEADLINE, SHORT_DESCRIPTION)"


def test_a_third_field_is_trained_on_and_served(project: Project, first_run: FinishedRun):
    project.go_back_to(first_run)
    source = project.root / FIELDS
    assert BEFORE in source.read_text("utf-8")
    third = BEFORE.replace(")", ", AUTHORS)")
    source.write_text(source.read_text("utf-8").replace(BEFORE, third), "utf-8")

    result, run = project.run({**SMALL, "trainer.epochs": 1})
    assert result.returncode == 0, result.stdout + result.stderr
    assert "blessed: all" in result.stdout
    serving = project.output / "serving"
    texts = ["Senate passes budget", "At night.", "Ada Lovelace"]
    asked = project.newscat("predict", "--model", serving, *texts, "--explain-tokens", "--json")
    assert asked.returncode == 0, asked.stderr
    # A byte-level BPE's sub-words, put together, are the text with Ġ for a space.
    sub_words = json.loads(asked.stdout)["sub_words"]
    assert "".join(sub_words[1:-1]).replace("Ġ", " ") == " ".join(texts)

    report = run.output("Report", "report")
    assert report is not None
    page = (Path(report.uri) / "report.html").read_text("utf-8")
    assert '<th scope="row">authors</th>' in page

    two = project.newscat("predict", "--model", first_run.saved / "serving", *texts[:2], "--json")
    assert two.returncode == 0, "a model of two fields is asked about two"
