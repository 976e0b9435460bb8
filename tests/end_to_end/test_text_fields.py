"""A third text field is one line: it is read, learnt, served and checked without another edit.

The same run has classes and files with names that others take for markup, formats or patterns.
"""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path

import pytest
import yaml

from components.preprocessing.taxonomy import load_taxonomy
from pipeline.settings import DataSettings
from tests.support.project import SMALL, FinishedRun, Project

pytestmark = pytest.mark.end_to_end

FIELDS = "components/article/fields.py"
BEFORE = "TEXT_FIELDS = (HEADLINE, SHORT_DESCRIPTION)"
HOSTILE = ("[/b]", "<script>alert(1)</script>", "%s", "{x}", "=1+1")


def place_hostile_names(folder: Path, first_run: FinishedRun) -> dict[str, object]:
    """The settings of a run on the rows of another, under hostile names of classes and files."""
    categories = sorted(load_taxonomy(DataSettings().taxonomy).class_of)
    classes = {name: categories[n :: len(HOSTILE)] for n, name in enumerate(HOSTILE)}
    taxonomy, rows = folder / "taxonomy{x}.yaml", folder / "rows[1] {SPAN} %s.json"
    taxonomy.write_text(yaml.safe_dump({"classes": classes}), "utf-8")
    shutil.copy(first_run.input("sample*.json"), rows)
    (folder / "rows1 {SPAN} %s.json").write_text("what the name would match as a pattern", "utf-8")
    return {
        "data.taxonomy": taxonomy,
        "data.files": rows,
        "checkpoint.source": first_run.input("starter*"),
    }


def test_a_third_field_is_trained_on_and_served(
    project: Project, first_run: FinishedRun, tmp_path: Path
):
    project.go_back_to(first_run)
    source = project.root / FIELDS
    assert BEFORE in source.read_text("utf-8")
    third = BEFORE.replace(")", ", AUTHORS)")
    source.write_text(source.read_text("utf-8").replace(BEFORE, third), "utf-8")

    names = place_hostile_names(tmp_path, first_run)
    result, run = project.run({**SMALL, "trainer.epochs": 1, **names})
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

    explained = project.newscat("explain", "--output", project.output)
    assert explained.returncode == 0, explained.stderr
    for name in HOSTILE:
        assert name in explained.stdout
        assert html.escape(name) in page
    assert "<script>alert" not in page

    two = project.newscat("predict", "--model", first_run.saved / "serving", *texts[:2], "--json")
    assert two.returncode == 0, "a model of two fields is asked about two"
