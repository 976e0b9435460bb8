"""`newscat taxonomy init` and `check`: from the data's categories to classes, and back."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from components.errors import DataError, UserError
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.cli.taxonomy_check import taxonomy_check
from pipeline.cli.taxonomy_init import taxonomy_init


def write(path: Path, *categories: object, headline: object = "Home win") -> Path:
    """Rows with these categories, after one with none and one that is no row."""
    rows = [{"headline": headline, "category": category} for category in categories]
    lines = [json.dumps(row) for row in [{"headline": "None"}, *rows]]
    path.write_text("\n".join([*lines, "no row"]), "utf-8")
    return path


def check(files: Sequence[Path], *overrides: str) -> None:
    taxonomy_check([str(file) for file in files], set_=list(overrides))


def test_all_files_are_counted_once_and_the_draft_is_the_option_to_paste(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    one = write(tmp_path / "a[1].json", "SPORTS", "CRIME", "SPORTS", " ", None)
    write(tmp_path / "b.json", "SPORTS", 0, "")
    to = tmp_path / "my taxonomy.yaml"
    taxonomy_init([str(tmp_path / "*.json"), str(one)], to)
    assert dict(load_taxonomy(to).class_of) == {"CRIME": "CRIME", "SPORTS": "SPORTS"}
    text = to.read_text("utf-8")
    assert "  SPORTS: [SPORTS]  # 3\n" in text
    assert "# 5 rows have no category" in text
    captured = capsys.readouterr()
    assert "12 read, 2 categories" in captured.err
    said = "3 rows cannot be read, the first: "
    assert f"{said}{one}:7: not JSON" in captured.err and f"{said}{one}:7: " in text
    assert captured.out == f"--set data.taxonomy='{to}'\n"
    check([one], f"data.taxonomy={to}")
    assert "All categories of the data are known." in capsys.readouterr().out


def test_every_unknown_category_is_listed_with_those_near_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = write(tmp_path / "rows.json", "Sports", "Sports", "SPACE", "CRIME", "U.S. NEWS")
    with pytest.raises(
        DataError,
        match=r"2 of 4 categories of the data \(3 rows\) are not in schema/taxonomy\.yaml; add",
    ):
        check([file])
    lines = {line.split("  ")[1].strip(): line for line in table(capsys.readouterr().out)}
    assert "near SPORTS" in lines["Sports"] and " 2 " in lines["Sports"]
    assert "unknown" in lines["SPACE"]
    assert "excluded" in lines["U.S. NEWS"] and " 1 " in lines["U.S. NEWS"]
    assert "of class WORLD NEWS" in lines["WORLDPOST"]
    assert "CRIME" not in lines


def table(output: str) -> list[str]:
    return [
        line.strip()
        for line in output.splitlines()
        if line.strip().startswith(("unknown", "excluded", "no rows"))
    ]


def test_the_check_is_by_the_settings_of_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = write(tmp_path / "rows.json", "U.S. NEWS", "SPACE")
    check([file], "data.unknown_category=quarantine", "data.optional_classes=[U.S. NEWS]")
    said = capsys.readouterr().out
    assert "1 of 2 categories of the data (1 rows) are not in" in said
    assert "a run quarantines their rows" in said
    assert "excluded" not in said
    assert "Classes without a row: ARTS & CULTURE, BLACK VOICES" in said


def test_text_of_the_data_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = write(tmp_path / "rows.json", "\x1b[31m[/b]", "SPORTS")
    with pytest.raises(DataError):
        check([file])
    taxonomy_init([str(file)], tmp_path / "taxonomy.yaml")
    captured = capsys.readouterr()
    assert "\\u001b[31m[/b]" in captured.out
    assert "1 categories cannot be named" in captured.err
    assert "\x1b" not in captured.out + captured.err + (tmp_path / "taxonomy.yaml").read_text()


def test_categories_of_a_table_are_those_that_its_names_say(tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_text("title,label\nHome win,SPORTS\nRates fall,MONEY\n", "utf-8")
    names = ["data.fields={headline: title, category: label}"]
    taxonomy_init([str(file)], tmp_path / "taxonomy.yaml", set_=names)
    assert load_taxonomy(tmp_path / "taxonomy.yaml").class_names == ["MONEY", "SPORTS"]
    taxonomy_check([str(file)], set_=[*names, f"data.taxonomy={tmp_path}/taxonomy.yaml"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no row, it is empty"),
        (
            '{"title": "x"}\n',
            "no row has the fields 'headline' and 'category'; its fields are: title; map",
        ),
        ("id,text\n", r"rows\.json:1: not JSON"),
        (
            "".join(f'{{"headline": "x", "category": "{n}"}}\n' for n in range(1_500)),
            "the first 1,001 rows have more than 1,000 different categories",
        ),
    ],
)
def test_files_without_categories_make_no_taxonomy(tmp_path: Path, content: str, message: str):
    file = tmp_path / "rows.json"
    file.write_text(content, "utf-8")
    with pytest.raises(DataError, match=message):
        taxonomy_init([str(file)], tmp_path / "taxonomy.yaml")
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.json", r"--data: no file matches .*none\.json"),
        ("pipe*", "is a named pipe"),
        ("", "is a folder"),
        ("gs://b/rows.json", "--data: gs://b/rows.json is remote"),
    ],
)
def test_what_is_no_file_here_is_refused_and_not_waited_for(
    tmp_path: Path, name: str, message: str
):
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(UserError, match=message):
        taxonomy_check([name if "://" in name else f"{tmp_path}/{name}"])
