"""The strategy that the hardware calls for, with a fake where there is no TPU."""

import pytest
import tensorflow as tf

from components.classifier import strategy
from components.errors import SettingsError


def test_one_device_needs_no_distribution():
    assert strategy.pick_strategy("auto").num_replicas_in_sync == 1
    assert isinstance(strategy.pick_strategy("default"), type(tf.distribute.get_strategy()))


def test_a_missing_tpu_is_an_error_that_says_what_was_found():
    with pytest.raises(SettingsError, match=r"no local TPU answers(.|\n)*found: .*CPU"):
        strategy.pick_strategy("tpu")


def test_a_tpu_is_connected_initialised_and_used_in_this_order(monkeypatch):
    calls = []

    class FakeResolver:
        def __init__(self, tpu: str):
            calls.append(("resolve", tpu))

    distribute = tf.distribute
    monkeypatch.setattr(distribute.cluster_resolver, "TPUClusterResolver", FakeResolver)
    monkeypatch.setattr(
        tf.config, "experimental_connect_to_cluster", lambda r: calls.append(("connect",))
    )
    monkeypatch.setattr(
        tf.tpu.experimental, "initialize_tpu_system", lambda r: calls.append(("initialise",))
    )
    monkeypatch.setattr(distribute, "TPUStrategy", lambda resolver: "tpu strategy")
    assert strategy.pick_strategy("auto") == "tpu strategy"
    assert calls == [("resolve", "local"), ("connect",), ("initialise",)]


def test_precision_and_compiler_follow_the_hardware(monkeypatch):
    here = tf.distribute.get_strategy()
    assert strategy.pick_precision(here) == "float32"
    assert not strategy.pick_xla(here)
    assert strategy.pick_precision(here, "bfloat16") == "mixed_bfloat16"
    assert strategy.pick_xla(here, "on")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: ["gpu 0", "gpu 1"])
    for capability, precision in (((7, 5), "float32"), ((8, 0), "mixed_bfloat16")):
        monkeypatch.setattr(
            tf.config.experimental,
            "get_device_details",
            lambda gpu, capability=capability: {"compute_capability": capability},
        )
        assert strategy.pick_precision(here) == precision
        assert strategy.pick_precision(here, "float32") == "float32"
        assert strategy.pick_xla(here)
        assert not strategy.pick_xla(here, "off")


def test_a_tpu_computes_in_bfloat16_and_compiles_by_itself(monkeypatch):
    class FakeTpuStrategy:
        pass

    monkeypatch.setattr(tf.distribute, "TPUStrategy", FakeTpuStrategy)
    assert strategy.pick_precision(FakeTpuStrategy()) == "mixed_bfloat16"
    assert not strategy.pick_xla(FakeTpuStrategy(), "on")
