"""Compiles a step's HLO for a TPU that is not there; runs in the compiler's own environment.

    python compile_for_tpu.py STEP.hlo v5e:2x2 RESULT.json

It imports nothing of the project, whose Python is another one. RESULT.json holds `flops` and
`peak_bytes` of one replica, or `error`, the compiler's message.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from jax._src.interpreters.mlir import make_ir_context
from jax.errors import JaxRuntimeError
from jax.experimental import topologies
from jaxlib import _hlo, _jax, xla_client
from jaxlib.mlir import ir

# XLA's O0. The usual effort takes hours of the two cores that a laptop lends; memory and FLOPs come
# out of buffer assignment and cost analysis, which run all the same.
_EFFORT = 9
_ALIAS = re.compile(r"\{(\d+)\}: \((\d+), \{\}, \w+-alias\)")


def compile_step(hlo: bytes, topology_name: str) -> dict[str, Any]:
    """Compiles a serialised HloModuleProto; see the module for what is returned."""
    topology = topologies.get_topology_desc(topology_name, platform="tpu")
    client = topology.devices[0].client
    with make_ir_context(), ir.Location.unknown():
        module = _to_stablehlo(hlo)
        try:
            executable = client.compile(
                module, _jax.DeviceList(tuple(topology.devices)), _options(len(topology.devices))
            )
        except JaxRuntimeError as error:
            return {"error": str(error)}
    cost = executable.cost_analysis()
    cost = cost[0] if isinstance(cost, list) else cost
    memory = executable.get_compiled_memory_stats()
    return {"flops": cost["flops"], "peak_bytes": memory.peak_memory_in_bytes}


def _to_stablehlo(hlo: bytes) -> ir.Module:
    """The module as StableHLO, in which updated variables share the memory of their old values."""
    module = ir.Module.parse(_jax.mlir.hlo_to_stablehlo(hlo))
    _drop_copies(module)
    outputs = _outputs_by_parameter(hlo)
    main = ir.SymbolTable(module.operation)["main"]
    number = ir.IntegerType.get_signless(32)
    main.attributes["arg_attrs"] = ir.ArrayAttr.get(
        [
            ir.DictAttr.get(
                {"tf.aliasing_output": ir.IntegerAttr.get(number, outputs[parameter])}
                if parameter in outputs
                else {}
            )
            for parameter in range(len(main.type.inputs))
        ]
    )
    return module


def _outputs_by_parameter(hlo: bytes) -> dict[int, int]:
    """Which output updates which parameter; the translation to StableHLO loses it."""
    header = _hlo.HloModule.from_serialized_hlo_module_proto(hlo).to_string().partition("\n")[0]
    return {int(parameter): int(output) for output, parameter in _ALIAS.findall(header)}


def _drop_copies(module: ir.Module) -> None:
    """Removes mhlo.copy, which is not StableHLO, and only says what the aliases say as well."""
    copies = []

    def find(operation: ir.Operation) -> ir.WalkResult:
        if operation.name == "mhlo.copy":
            copies.append(operation)
        return ir.WalkResult.ADVANCE

    module.operation.walk(find)
    for copy in copies:
        copy.results[0].replace_all_uses_with(copy.operands[0])
        copy.erase()


def _options(replicas: int) -> xla_client.CompileOptions:
    options = xla_client.CompileOptions()
    build = options.executable_build_options
    options.num_replicas = build.num_replicas = replicas
    options.num_partitions = build.num_partitions = 1
    devices = np.arange(replicas).reshape(replicas, 1)
    options.device_assignment = xla_client.DeviceAssignment.create(devices)
    build.device_assignment = options.device_assignment
    build.optimization_level = _EFFORT
    return options


if __name__ == "__main__":
    step, topology, result = sys.argv[1:]
    Path(result).write_text(json.dumps(compile_step(Path(step).read_bytes(), topology)), "utf-8")
