"""The lines that a run begins with say what is about to happen, and cost next to nothing."""

from __future__ import annotations

from pathlib import Path

from pipeline.data_files import find_data_files
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
    fingerprint = resolved.settings.checkpoint.fingerprint
    assert fingerprint and f"{checkpoint}, fingerprint {fingerprint[:12]}" in model
    assert f"{sample_file.name}: 600 rows, " in data
    assert "2 epochs of 32 rows an update at 0.001, recipe tutorial" in training


def test_an_untrained_model_is_called_so(tmp_path: Path):
    asked = load_settings("demo", [f"output={tmp_path}/out", "demo.sample_rows=500"])
    lines = opening_lines("demo", asked, resolve_inputs(asked))
    assert any("the demo's own, untrained" in line for line in lines)
    assert any("500 rows" in line for line in lines)


def test_rows_are_counted_where_they_can_be(tmp_path: Path):
    (tmp_path / "a.json").write_bytes(b"one\n\ntwo")
    (tmp_path / "b.json").write_bytes(b"three")

    def describe(*given: str) -> str:
        return describe_data(find_data_files("data.files", given))

    assert describe(f"{tmp_path}/a.json").endswith("a.json: 2 rows, 0.0 MB")
    assert describe(f"{tmp_path}/*.json").endswith("a.json and 1 more files: 3 rows, 0.0 MB")
    assert describe("gs://bucket/rows.json") == "gs://bucket/rows.json, read by Beam"


def test_the_device_is_what_tensorflow_finds():
    assert device_line("auto").startswith("device      ")
    assert device_line("auto").endswith("; strategy auto")
