"""Topologies are read, or refused with what is known."""

from __future__ import annotations

import pytest

from components.errors import SettingsError
from pipeline.plan.chips import CHIPS, default_topology, parse_topology


@pytest.mark.parametrize(
    ("name", "chips", "replicas"), [("v5e:2x2", 4, 4), ("v3:2x2", 4, 8), ("v5e:4x8", 32, 32)]
)
def test_a_replica_is_a_core(name: str, chips: int, replicas: int):
    topology = parse_topology(name)
    assert (topology.chips, topology.replicas) == (chips, replicas)
    assert topology.peak == chips * CHIPS[name.partition(":")[0]].peak


@pytest.mark.parametrize("name", ["v5e", "v9:2x2", "v5e:1x1", "v5e:2x3", "v5e:0x2", "v5e:2x2x2"])
def test_what_is_no_topology_is_refused_with_examples(name: str):
    with pytest.raises(SettingsError, match=r"--topology .*v2:2x2, v3:2x2, v5e:2x2"):
        parse_topology(name)


def test_the_accelerator_of_vertex_implies_the_topology():
    assert default_topology("tpu-v3-8") == "v3:2x2"
    assert default_topology("tpu-v5e-4") == "v5e:2x2"
    assert default_topology("gpu") == default_topology(None) == "v5e:2x2"
