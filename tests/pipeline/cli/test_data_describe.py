"""`newscat data describe`: its numbers are a run's, and those of an independent count."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from components.article.fields import TEXT_FIELDS
from components.errors import DataError, SettingsError
from components.json_example_gen.check_file import check_file
from components.json_example_gen.row_policy import RowPolicy
from components.preprocessing.taxonomy import load_taxonomy
from components.tokenizer.source import load_source, read_files
from pipeline.cli.data_describe import data_describe
from pipeline.settings import DataSettings

GOOD: dict[str, object] = {"headline": "Home win", "category": "SPORTS", "date": "2018-05-26"}
SVG = "{http://www.w3.org/2000/svg}"


def write(path: Path, *rows: object) -> Path:
    """A file with a row a line; text is a line as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), "utf-8")
    return path


def describe(capsys: pytest.CaptureFixture[str], *files: Path, **options: Any) -> dict[str, Any]:
    data_describe([str(file) for file in files], as_json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_outcomes_are_those_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    bad = [
        {**GOOD, "category": "SPACE"},
        "no row",
        {**GOOD, "headline": 0},
        {**GOOD, "category": ""},
    ]
    rows = [*[GOOD] * 7, *bad, *[{**GOOD, "category": "U.S. NEWS", "date": 3}] * 2]
    random.Random(1).shuffle(rows)
    file = write(tmp_path / "rows.json", *rows)
    found = describe(capsys, file)
    taxonomy = load_taxonomy(DataSettings().taxonomy)
    policy = RowPolicy(TEXT_FIELDS, taxonomy, None, "quarantine", max_quarantined_fraction=1.0)
    counts = check_file(file, policy)
    assert (found["read"], found["accepted"]) == (counts.read, counts.accepted) == (13, 7)
    assert found["excluded"] == counts.excluded == {"U.S. NEWS": 2}
    assert (found["quarantined"], found["unknown_category"]) == (counts.quarantined, 1)
    assert found["readable"] == 11, "a row of an unknown category says something as well"
    assert [row["line"] for row in found["bad_rows"]] == [
        number for number, row in enumerate(rows, start=1) if row in bad
    ]


def test_the_figures_are_those_of_an_independent_count(
    sample_file: Path, capsys: pytest.CaptureFixture[str]
):
    found = describe(capsys, sample_file)
    rows = [json.loads(line) for line in sample_file.read_text("utf-8").splitlines()]
    categories = Counter(row["category"] for row in rows)
    assert {c["name"]: c["rows"] for c in found["categories"]} == categories
    taxonomy = load_taxonomy(DataSettings().taxonomy)
    classes: Counter[str] = Counter()
    for name, number in categories.items():
        classes[taxonomy.class_of[name]] += number
    assert found["classes"] == classes
    assert found["empty"] == {name: sum(not row[name] for row in rows) for name in rows[0]}
    days = sorted(row["date"] for row in rows)
    assert (found["dates"]["first"], found["dates"]["last"]) == (days[0], days[-1])
    assert found["dates"]["by_year"] == Counter(day[:4] for day in days)
    for lengths in found["lengths"]:
        names = [lengths["of"]] if lengths["of"] in TEXT_FIELDS else TEXT_FIELDS
        words = sorted(len(" ".join(row[name] for name in names).split()) for row in rows)
        assert lengths["mean"] == pytest.approx(sum(words) / len(words))
        assert lengths["longest"] == words[-1]
        assert lengths["p95"] == words[int(0.95 * len(words)) - 1]
        assert sum(each["rows"] for each in lengths["bins"]) == len(rows)
        for each in lengths["bins"]:
            assert each["rows"] == sum(each["least"] <= n <= each["largest"] for n in words)


def test_repeated_texts_and_contradictions_are_found_across_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    one = write(tmp_path / "a.json", GOOD, {**GOOD, "headline": "Away win"}, GOOD)
    two = write(
        tmp_path / "b.json",
        {**GOOD, "headline": " home:  WIN!", "category": "CRIME"},
        {**GOOD, "headline": "Home", "short_description": "win"},
    )
    repeats = describe(capsys, one, two)["repeats"]
    counts = {"exact": 3, "near": None, "two_categories": 4, "two_classes": 4}
    assert repeats["counts"] == counts
    (conflict,) = repeats["first_conflicts"]
    assert conflict == {
        "first": f"{one}:1",
        "second": f"{two}:1",
        "first_category": "SPORTS",
        "second_category": "CRIME",
    }
    assert [pair["second"] for pair in repeats["first_duplicates"]] == [f"{one}:3", f"{two}:2"]


def test_near_twins_and_contradictions_of_a_class_are_counted_where_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = "one two three four five six seven eight nine"
    rows = [
        {**GOOD, "headline": f"{words} ten"},
        {**GOOD, "headline": f"{words} eleven"},
        {**GOOD, "headline": "Paintings", "category": "ARTS"},
        {**GOOD, "headline": "Paintings", "category": "CULTURE & ARTS"},
    ]
    file = write(tmp_path / "rows.json", *rows)
    found = describe(capsys, file, twins=True)["repeats"]["counts"]
    assert found == {"exact": 1, "near": 2, "two_categories": 2, "two_classes": 0}
    data_describe([str(file)], twins=True)
    assert "1 rows have the words of an earlier row, 2 more have a near" in capsys.readouterr().out


def test_dates_that_cannot_be_used_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    dates = ["2018-05-26", "2022-09-23T10:00", "", None, "26.5.2018", 1526256000000, "2018-02-30"]
    rows = [{**GOOD, "date": date, "headline": str(n)} for n, date in enumerate(dates)]
    found = describe(capsys, write(tmp_path / "rows.json", *rows))
    assert found["dates"] == {
        "empty": 2,
        "unusable": 3,
        "first": "2018-05-26",
        "last": "2022-09-23",
        "by_year": {"2018": 1, "2022": 1},
    }
    assert found["emptied"] == {"date": 1}


def test_tokens_are_those_of_the_tokenizer_that_the_graph_equals(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    texts = ["Senate passes budget", "</s> <pad>", "naïve 🙂", "a" * 500]
    rows = [{**GOOD, "headline": text} for text in texts]
    found = describe(capsys, write(tmp_path / "rows.json", *rows), checkpoint=str(checkpoint))
    reference = load_source(read_files(checkpoint)).reference
    lengths = [len(ids) for ids in reference(texts)["input_ids"]]
    tokens = found["lengths"][-1]
    assert (tokens["of"], tokens["unit"], tokens["longest"]) == ("text", "tokens", max(lengths))
    assert tokens["mean"] == pytest.approx(sum(lengths) / len(lengths))


def test_people_are_shown_tables_and_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = write(tmp_path / "rows.json", GOOD, GOOD, {**GOOD, "category": "\x1b[2J[/b]"}, "no row")
    data_describe([str(file)])
    shown = capsys.readouterr().out
    assert "4 read, 2 accepted, 2 quarantined (1 of them for an unknown category)" in shown
    assert f"{file}:4: not JSON" in shown
    assert re.search(r"SPORTS +SPORTS +2 +█{40}", shown)
    assert re.search(r"\\u001b\[2J\[/b\] +– +1 +█{20} ", shown)
    assert f"{file}:3 and {file}:1: 'SPORTS', '\\x1b[2J[/b]'" in shown
    assert "\x1b" not in shown


def test_the_picture_is_self_contained_and_holds_any_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    names = ["<script>alert(1)</script>", 'a & "b"', "\x00\x0b\ufffe", "é" * 50, "{{ 7 * 7 }}", ""]
    rows = [{**GOOD, "category": name, "headline": name or "x"} for name in names]
    file, picture = write(tmp_path / "<rows>&.json", *rows), tmp_path / "picture.svg"
    describe(capsys, file, picture=picture)
    text = picture.read_text("utf-8")
    root = ET.fromstring(text)
    shown = [element.text for element in root.iter(f"{SVG}text")]
    assert "<script>alert(1)</script>" in shown and "{{ 7 * 7 }}" in shown
    assert "(none)" in shown and "é" * 25 + "…" in shown
    assert "<rows>&.json" in shown
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "style", "rect", "text", "g", "title", "line"}
    assert not re.search(r"(href|src|url\(|@import|http(?!://www\.w3\.org/2000/svg))", text)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(name, 0)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width and 0 <= y <= y + h <= height


def test_a_picture_of_another_kind_is_refused_before_anything_is_read(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"--picture: .*\.png is to be an SVG"):
        data_describe(["none.json"], picture=tmp_path / "picture.png")


def test_a_file_without_usable_rows_is_described_and_one_without_rows_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    found = describe(capsys, write(tmp_path / "rows.json", "{Home win", "{At last"))
    assert (found["read"], found["quarantined"], found["readable"]) == (2, 2, 0)
    assert found["lengths"] == []
    data_describe([str(tmp_path / "rows.json")], picture=tmp_path / "p.svg")
    ET.parse(tmp_path / "p.svg")
    with pytest.raises(DataError, match=r"empty\.json: has no row, it is empty"):
        describe(capsys, write(tmp_path / "empty.json", "", ""))


def test_a_table_with_names_of_its_own_is_described_by_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = write(tmp_path / "rows.csv", "title;label", "Home win;SPORTS", '"Away\n";SPORTS', "3")
    with pytest.raises(DataError, match=r"no row has .*; its fields are: title, label; map them"):
        describe(capsys, file)
    names = "data.fields={headline: title, category: label}"
    found = describe(capsys, file, set_=[names])
    assert (found["read"], found["accepted"], found["quarantined"]) == (3, 2, 1)
    assert found["bad_rows"][0]["line"] == 5


COMMANDS = """
import sys
from pipeline.cli import main

rows, checkpoint, folder = sys.argv[1:]
for arguments in (
    ["data", "describe", rows, "--checkpoint", checkpoint, "--picture", f"{folder}/picture.svg"],
    ["taxonomy", "init", "--data", rows, "--to", f"{folder}/taxonomy.yaml"],
    ["taxonomy", "check", "--data", rows],
    ["data", "fetch", "--version", "9"],
):
    sys.argv = ["newscat", *arguments]
    print("code", main.run_command())
print("imported", {"tensorflow", "tfx", "apache_beam"} & sys.modules.keys())
"""


def test_no_command_on_files_needs_tensorflow(sample_file: Path, checkpoint: Path, tmp_path: Path):
    result = subprocess.run(
        [sys.executable, "-c", COMMANDS, sample_file, checkpoint, tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )
    said = re.findall(r"^(?:code|imported) .*$", result.stdout, re.MULTILINE)
    assert said == ["code 0", "code 0", "code 0", "code 2", "imported set()"], result.stderr
