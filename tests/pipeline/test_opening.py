"""The lines that a run begins with say what is about to happen, and cost next to nothing."""

from __future__ import annotations

import time
from pathlib import Path

from pipeline.inputs import resolve_inputs
from pipeline.opening import describe_data, device_line, opening_lines
from pipeline.profiles import load_settings


def test_they_say_profile_checkpoint_rows_and_recipe(
    tmp_path: Path, sample_file: Path, checkpoint: Path
):
    given = [f"output={tmp_path}/out", f"data.files={sample_file}", "trainer.epochs=2"]
    asked = load_settings("demo", [*given, f"checkpoint.source={checkpoint}"])
    resolved = resolve_inputs(asked)
    profile, model, data, training = opening_lines("demo", asked, resolved)
    assert profile == "profile     demo"
    assert resolved.checkpoint.fingerprint
    assert f"{checkpoint}, fingerprint {resolved.checkpoint.fingerprint[:12]}" in model
    assert f"{sample_file.name}: 600 lines, " in data
    assert "2 epochs of 32 rows an update at 0.001, recipe tutorial" in training


def test_an_untrained_model_is_called_so(tmp_path: Path):
    asked = load_settings("demo", [f"output={tmp_path}/out", "demo.sample_rows=500"])
    lines = opening_lines("demo", asked, resolve_inputs(asked))
    assert any("the demo's own, untrained" in line for line in lines)
    assert any("500 lines" in line for line in lines)


def test_lines_are_counted_where_they_can_be(tmp_path: Path):
    (tmp_path / "a.json").write_bytes(b"one\ntwo")
    (tmp_path / "b.json").write_bytes(b"")
    assert ": 2 lines, 0.0 MB" in describe_data(f"{tmp_path}/a.json")
    assert describe_data(f"{tmp_path}/*.json").startswith("2 files of ")
    (tmp_path / "c.json.gz").write_bytes(b"\x1f\x8b\n")
    assert " lines" not in describe_data(f"{tmp_path}/c.json.gz")
    assert describe_data("gs://bucket/rows.json") == "gs://bucket/rows.json, read by Beam"


def test_two_hundred_thousand_rows_take_no_time(tmp_path: Path):
    file = tmp_path / "rows.json"
    file.write_bytes((b"x" * 400 + b"\n") * 200_000)
    started = time.perf_counter()
    assert "200,000 lines, 80.2 MB" in describe_data(str(file))
    assert time.perf_counter() - started < 0.3


def test_the_device_is_what_tensorflow_finds():
    assert device_line("auto").startswith("device      ")
    assert device_line("auto").endswith("; strategy auto")
