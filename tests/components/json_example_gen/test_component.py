"""What the cache goes by: the contents of local files, and what TFX sees of others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tfx.orchestration import data_types

from components.json_example_gen.component import JsonExampleGen, SurveyedFilesDriver
from components.json_example_gen.data_files import DataFiles
from components.row_files.survey import survey_file
from tests.support.ingestion import POLICY, article, write_rows


def key(*files: Path) -> dict[str, Any]:
    """What a component over these files is looked up by."""
    surveys = [survey_file(str(file)) for file in files]
    data = DataFiles([survey.path for survey in surveys], surveys)
    return resolve(JsonExampleGen(data, POLICY))


def resolve(component: JsonExampleGen) -> dict[str, Any]:
    pipeline = data_types.PipelineInfo("", "")
    info = data_types.ComponentInfo("", "", pipeline)
    driver = SurveyedFilesDriver(None)
    return driver.resolve_exec_properties(dict(component.exec_properties), pipeline, info)


def test_a_touched_file_is_the_same_and_an_edit_of_the_same_size_and_time_is_not(tmp_path: Path):
    file = write_rows(tmp_path / "a.json", [article(number) for number in range(9)])
    before, stamp = key(file), file.stat()
    os.utime(file, (1, 1))
    assert key(file) == before
    file.write_bytes(file.read_bytes().replace(b"word8", b"word7"))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert file.stat().st_size == stamp.st_size
    assert key(file) != before


def test_a_file_more_is_another_key(tmp_path: Path):
    files = [write_rows(tmp_path / f"{n}.json", [article(n)]) for n in range(2)]
    assert key(*files) != key(files[0])
    assert key(*files)["span"] == 0


def test_files_that_the_run_finds_itself_are_fingerprinted_by_tfx(tmp_path: Path):
    for number in range(2):
        write_rows(tmp_path / f"{number}.json", [])
    component = JsonExampleGen(DataFiles([f"{tmp_path}/0.json", f"{tmp_path}/1*.json"]), POLICY)
    found = resolve(component)["input_fingerprint"]
    assert found.count("num_files:1") == 2
    write_rows(tmp_path / "12.json", [article(1)])
    assert "num_files:2" in resolve(component)["input_fingerprint"]
