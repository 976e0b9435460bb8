"""Which files are meant: patterns, names with any characters, several, and what cannot be one."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf

from components.errors import DataError, SettingsError, UserError
from pipeline.cli.options import overrides
from pipeline.data_files import find_data_files
from pipeline.data_set.judged_rows import find_local_files
from pipeline.profiles import load_settings

ROW = b'{"headline": "A"}\n'


def find(*given: object) -> list[str]:
    return [survey.path for survey in find_data_files("data.files", list(map(str, given))).surveys]


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ROW)


NAMES = [
    *("news[1].json", "n{SPAN}.json", "a*b.json", "q?.json", "back\\slash.json", "{1,2}.json"),
    *("d[1]/[x].json", "%s #1 é.json", "{YYYY}.json", "<script>.json", "[/b].json", "**"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_there_is_no_pattern(tmp_path: Path, name: str):
    write(tmp_path, name, "news1.json", "axb.json", "n1.json", "1.json")
    (given,) = overrides([f"{tmp_path}/{name}"])
    files = load_settings("demo", [given]).data.files
    found = find_data_files("data.files", files)
    assert [survey.path for survey in found.surveys] == [f"{tmp_path}/{name}"]
    # What TFX is given matches this file and no other.
    (pattern,) = found.patterns
    assert f"{found.folder}/{found.names[0]}" == pattern
    assert glob.glob(pattern) == tf.io.gfile.glob(pattern) == [f"{tmp_path}/{name}"]


def test_patterns_in_whatever_folder(tmp_path: Path):
    write(tmp_path, "d[1]/a1.json", "d[1]/a2.json", "d[1]/b.json", "d[1]/e/f/a3.json")
    (tmp_path / "d[1]/a4.json").mkdir()
    folder = f"{tmp_path}/d[1]"
    assert find(f"{folder}/a[12].*") == [f"{folder}/a1.json", f"{folder}/a2.json"]
    assert find(f"{folder}/a*") == [f"{folder}/a1.json", f"{folder}/a2.json"]
    assert len(find(f"{folder}/**/*.json")) == 4
    assert find(f"file://{folder}/b.json") == [f"{folder}/b.json"]


def test_several_files_and_each_once(tmp_path: Path):
    write(tmp_path, "a.json", "b.json", "sub/c.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "a.json")
    (tmp_path / "hard.json").hardlink_to(tmp_path / "a.json")
    files = find(f"{tmp_path}/sub/c.json", f"{tmp_path}/*.json", f"{tmp_path}/a.json")
    assert [Path(file).name for file in files] == ["c.json", "a.json", "b.json"]
    assert find_data_files("data.files", files).folder == str(tmp_path)


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path):
    write(tmp_path, os.fsdecode(b"a\xff.json"))
    with pytest.raises(SettingsError, match="its name is not UTF-8"):
        find(f"{tmp_path}/*.json")


@pytest.mark.parametrize("find_files", [find, lambda file: find_local_files("FILE", [str(file)])])
def test_a_link_that_leads_nowhere_is_the_users_mistake(
    tmp_path: Path, find_files: Callable[[Path], object]
):
    for name, target in (("loop.json", "loop.json"), ("broken.json", "none.json")):
        (tmp_path / name).symlink_to(tmp_path / target)
        with pytest.raises(UserError, match=rf"{name}.*(No such file|Too many levels)"):
            find_files(tmp_path / name)


def test_one_that_is_not_there_is_named_whatever_the_others(tmp_path: Path):
    write(tmp_path, "a.json")
    for missing in ("none.json", "{SPAN}.json", "{1,2}.json", "x*.json"):
        with pytest.raises(SettingsError, match=r"data\.files: no file matches /"):
            find(f"{tmp_path}/a.json", f"{tmp_path}/{missing}")


def test_a_pipe_in_a_pattern_does_not_hang(tmp_path: Path):
    write(tmp_path, "a.json")
    os.mkfifo(tmp_path / "b.json")
    with pytest.raises(DataError, match=r"b\.json: is a named pipe"):
        find(f"{tmp_path}/*.json")


def test_remote_patterns_are_left_to_who_reads_them(tmp_path: Path):
    found = find_data_files("data.files", ["gs://b/x/news[1].json", "gs://b/y/*.json"])
    assert (found.folder, found.names) == ("gs://b", ["x/news[1].json", "y/*.json"])
    assert not found.surveys
    found = find_data_files("data.files", ["gs://a/x.json", "gs://b/x.json"])
    assert (found.folder, found.names) == ("gs://", ["a/x.json", "b/x.json"])
    assert find_data_files("data.files", ["gs://a/b/x.json"]).folder == "gs://a/b"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["gs://b/**/x.json"], r"\*\* is no pattern on a bucket"),
        (["gs://b/{SPAN}.json"], "{ is no pattern on a bucket"),
        (["http://b/x.json"], "of all addresses those on gs:// are read"),
        (["gs://b/x.json", "rows.json"], "is remote and others are local"),
    ],
)
def test_what_a_bucket_cannot_match_is_refused(given: list[str], reason: str):
    with pytest.raises(SettingsError, match=reason):
        find(*given)
