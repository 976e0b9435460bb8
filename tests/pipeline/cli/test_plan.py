"""`newscat plan` from settings to the printed table, with a stand-in for the TPU compiler."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from components.errors import SettingsError
from pipeline.cli.plan import plan, plan_settings, print_plan
from pipeline.plan import make_plan
from pipeline.plan.chips import Topology
from pipeline.plan.outcome import Outcome
from pipeline.settings import Settings


def settings(*overrides: str, lengths: list[int] | None = None) -> Settings:
    return plan_settings("demo", overrides, batch=16, lengths=lengths, precision="float32")


def test_options_are_shortcuts_of_settings():
    planned = settings("text.max_length=64", lengths=[24, 40])
    assert planned.trainer.batch_size == 16
    assert planned.trainer.precision == "float32"
    assert planned.trainer.bucket_lengths == [24, 40]
    assert planned.text.max_length == 40
    assert settings("text.max_length=32", lengths=[24, 40]).text.max_length == 32
    assert settings("text.max_length=32").text.max_length == 32


def test_a_wrong_precision_is_refused():
    with pytest.raises(SettingsError, match=r"trainer\.precision = 'int8'"):
        plan_settings("demo", [], None, None, "int8")


def test_a_number_is_not_taken_for_none_because_it_is_zero():
    with pytest.raises(SettingsError, match="trainer.batch_size = 0"):
        plan_settings("demo", [], 0, None, None)
    with pytest.raises(SettingsError, match="trainer.bucket_lengths.0 = 0"):
        plan_settings("demo", [], None, [0], None)
    with pytest.raises(SettingsError, match="--share: nan is no share"):
        plan(share=float("nan"))


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """What the stand-in for the compiler is given; it finds every second step too large."""
    given: list[tuple[int, str]] = []

    @contextmanager
    def no_environment() -> Iterator[Path]:
        yield Path("cache/environment/bin/python")

    def compile_step(python: Path, hlo: bytes, topology: Topology) -> Outcome:
        given.append((len(hlo), topology.name))
        if len(given) % 2:
            return Outcome("yes", peak=1.25, flops=3e9)
        return Outcome("no", peak=20.0, reason="out of memory: 20.00 GiB of 15.75 GiB")

    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")  # print_plan sets it; this takes it back
    monkeypatch.setattr(make_plan, "compiler_python", no_environment)
    monkeypatch.setattr(make_plan, "compile_for_tpu", compile_step)
    return given


def print_one(
    tmp_path: Path, checkpoint: Path, topology: str | None, lengths: list[int], *overrides: str
) -> None:
    inputs = (f"output={tmp_path}/out", f"checkpoint.source={checkpoint}", *overrides)
    print_plan(settings(*inputs, lengths=lengths), topology, share=0.5)


def test_the_table_names_what_does_not_fit(
    tmp_path: Path,
    checkpoint: Path,
    sample_file: Path,
    compiled: list[tuple[int, str]],
    capfd: pytest.CaptureFixture[str],
):
    print_one(tmp_path, checkpoint, "v3:2x2", [16, 64], f"data.files={sample_file}")
    printed = capfd.readouterr().out
    assert [topology for _, topology in compiled] == ["v3:2x2", "v3:2x2"]
    rows = [line.split() for line in printed.splitlines()]
    # 8 cores with 2 rows each, so 8 times the FLOP of one.
    assert ["16", "2", "yes", "1.25", "24.00", "G"] in [row[:6] for row in rows]
    assert ["64", "2", "no", "20.00", "-"] in [row[:5] for row in rows]
    assert "out of memory: 20.00 GiB of 15.75 GiB" in printed
    assert "not all of its steps can run" in printed
    assert "XLA service" not in printed


def test_the_arithmetic_of_an_epoch_is_marked_as_such(
    tmp_path: Path,
    checkpoint: Path,
    sample_file: Path,
    compiled: list[tuple[int, str]],
    capfd: pytest.CaptureFixture[str],
):
    print_one(tmp_path, checkpoint, None, [64], f"data.files={sample_file}")
    printed = capfd.readouterr().out
    assert "v5e:2x2: 4 chips, 4 cores with 16 GiB each; batch 16, float32" in printed
    assert "Arithmetic, not measurement" in printed
    assert "At 50% of the chips' peak of 788.00 TFLOP/s" in printed


def test_without_data_the_lengths_of_the_settings_are_compiled(
    tmp_path: Path,
    checkpoint: Path,
    compiled: list[tuple[int, str]],
    capfd: pytest.CaptureFixture[str],
):
    print_one(tmp_path, checkpoint, None, [24])
    printed = capfd.readouterr().out
    assert len(compiled) == 1
    assert "no lengths of rows" in printed
    assert "No arithmetic of an epoch" in printed


def test_a_length_without_positions_is_refused(
    tmp_path: Path, checkpoint: Path, compiled: list[tuple[int, str]]
):
    with pytest.raises(SettingsError, match="300 tokens, and the model has positions for 128"):
        print_one(tmp_path, checkpoint, None, [300])
    assert not compiled


def test_a_wrong_topology_is_refused_before_anything_is_loaded(tmp_path: Path):
    with pytest.raises(SettingsError, match="--topology v9"):
        print_plan(settings(f"output={tmp_path}/out"), "v9", share=0.5)
    assert not (tmp_path / "out").exists()
