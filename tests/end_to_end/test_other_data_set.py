"""Another data set, with fields and categories of its own, by the README's commands."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import yaml

from components.preprocessing.class_names import export_class_names
from tests.support.project import ANY_MODEL, FinishedRun, Project

pytestmark = pytest.mark.end_to_end

TOPICS = {
    "Sport": "goal match coach league striker penalty season trophy referee stadium",
    "Sports": "goal match coach league striker penalty season trophy referee stadium",
    "Money": "shares bank profit market investor tax budget inflation bond merger",
    "Business": "shares bank profit market investor tax budget inflation bond merger",
    "Weather": "storm rain snow forecast flood heat wind thunder drought frost",
    "Health": "doctor vaccine clinic virus diet therapy surgeon patient nurse dose",
    "Travel": "island hotel flight beach luggage passport cruise museum hiking ferry",
    "Science": "planet orbit fossil gene particle telescope molecule robot comet lab",
}
FILLERS = [
    f"{first}{second}" for first in "bdfgklmnprst" for second in ("ane", "ilo", "ume", "ork")
]
FIELDS = {"headline": "title", "short_description": "text", "category": "label"}
CLASSES = ["Business", "Health", "Science", "Sports", "Travel", "Weather"]


def write_rows(path: Path, count: int = 640) -> None:
    """Headlines of words of their topic among others, under the names of another schema."""
    rng = random.Random(5)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            label = list(TOPICS)[number % len(TOPICS)]
            title = [*rng.sample(TOPICS[label].split(), 4), *rng.sample(FILLERS, 4)]
            rng.shuffle(title)
            row = {"id": number, "title": " ".join(title), "text": "", "label": label}
            file.write(json.dumps(row) + "\n")


def write_profile(folder: Path, checkpoint: Path) -> Path:
    """A profile as in the README, small enough for a test."""
    gate = {name.partition(".")[2]: bound for name, bound in ANY_MODEL.items()}
    profile = {
        "extends": "kaggle",
        "name": "my-headlines",
        "output": "output",
        "data": {"files": "headlines.json", "taxonomy": "taxonomy.yaml", "fields": FIELDS},
        "checkpoint": {"source": str(checkpoint), "revision": None},
        "text": {"max_length": 64},
        "trainer": {"epochs": 6, "learning_rate": 1e-3},
        # A model that has learnt nothing gets a sixth right.
        "gate": {**gate, "min_top_1": 0.5},
        "serving_check": {"golden_rows": 8},
    }
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(profile), "utf-8")
    return path


def test_other_fields_and_categories_become_a_model_of_six_classes(
    project: Project, first_run: FinishedRun, tmp_path: Path
):
    newscat = project.newscat
    rows, taxonomy = tmp_path / "headlines.json", tmp_path / "taxonomy.yaml"
    write_rows(rows)
    profile = write_profile(tmp_path, first_run.input("starter*"))
    names = json.dumps(FIELDS)

    described = newscat("data", "describe", rows, "--json", settings={"data.fields": names})
    assert described.returncode == 0, described.stderr
    assert json.loads(described.stdout)["unknown_category"] == 640

    begun = newscat(
        "taxonomy", "init", "--data", rows, "--to", taxonomy, settings={"data.fields": names}
    )
    assert begun.returncode == 0, begun.stderr
    draft = taxonomy.read_text("utf-8")
    assert "#   Sport: [Sport, Sports]  # 160\n" in draft

    edited = draft.replace("  Sport: [Sport]  # 80\n", "")
    taxonomy.write_text(edited, "utf-8")
    checked = newscat("taxonomy", "check", "--data", rows, "--profile", profile)
    assert checked.returncode == 2
    assert "1 of 8 categories of the data (80 rows) are not in" in checked.stderr
    assert "near Sports" in checked.stdout

    for alone, joined in (
        ("  Sports: [Sports]  # 80\n", "  Sports: [Sport, Sports]\n"),
        ("  Business: [Business]  # 80\n", "  Business: [Business, Money]\n"),
        ("  Money: [Money]  # 80\n", ""),
    ):
        assert alone in edited
        edited = edited.replace(alone, joined)
    taxonomy.write_text(edited, "utf-8")
    checked = newscat("taxonomy", "check", "--data", rows, "--profile", profile)
    assert checked.returncode == 0, checked.stderr

    run = newscat("run", "--profile", profile)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "640 rows read" in run.stdout and "blessed: all" in run.stdout
    (pushed,) = (tmp_path / "output" / "serving").iterdir()
    assert export_class_names(str(pushed)) == CLASSES

    headline = "storm rain snow forecast " + " ".join(FILLERS[:4])
    asked = newscat("predict", "--model", pushed, headline, "--json")
    assert asked.returncode == 0, asked.stderr
    assert "Weather" in asked.stdout
