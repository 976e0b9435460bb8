"""TFX's Evaluator, which first decides what the candidate can be compared with."""

from __future__ import annotations

from typing import Any

import tensorflow_model_analysis as tfma
from tfx.components.evaluator.component import Evaluator
from tfx.components.evaluator.executor import Executor
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import Artifact, artifact_utils
from tfx.types import standard_component_specs as keys
from tfx.utils import proto_utils

from components.evaluation.comparison import compare
from components.evaluation.extractors import gate_extractors
from components.evaluation.gate import without_baseline
from components.evaluation.results import read_results
from components.evaluation.verdict import write_verdict

_EXTRACTORS = {"custom_extractors": f"{gate_extractors.__module__}.{gate_extractors.__name__}"}


class GateExecutor(Executor):
    """Leaves the baseline out where it cannot be one, and keeps the verdict with the results."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """TFX's entry point; see `tfx.components.evaluator.executor`."""
        comparison = compare(
            artifact_utils.get_single_instance(input_dict[keys.MODEL_KEY]),
            input_dict.get(keys.BASELINE_MODEL_KEY, []),
            artifact_utils.get_single_instance(input_dict[keys.EXAMPLES_KEY]),
        )
        if comparison.baseline is None:
            input_dict = {**input_dict, keys.BASELINE_MODEL_KEY: []}
            config = proto_utils.json_to_proto(
                exec_properties[keys.EVAL_CONFIG_KEY], tfma.EvalConfig()
            )
            exec_properties = {
                **exec_properties,
                keys.EVAL_CONFIG_KEY: proto_utils.proto_to_json(without_baseline(config)),
            }
        super().Do(input_dict, output_dict, {**exec_properties, **_EXTRACTORS})
        evaluation = artifact_utils.get_single_uri(output_dict[keys.EVALUATION_KEY])
        write_verdict(evaluation, read_results(evaluation, comparison))


class GateEvaluator(Evaluator):
    """The Evaluator with that executor."""

    EXECUTOR_SPEC = BeamExecutorSpec(GateExecutor)
