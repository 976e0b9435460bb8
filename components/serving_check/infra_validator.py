"""TFX's InfraValidator, which starts TF Serving in Docker, in place of the serving check."""

from __future__ import annotations

from tfx import types
from tfx.components import InfraValidator
from tfx.proto import infra_validator_pb2

from components.serving.signatures import Signature
from components.serving_check.settings import ServingCheckSettings

# The line of TensorFlow that exports are made with; earlier ones ignore a signature's defaults.
_TF_SERVING_TAG = "2.16.1"


def infra_validator(
    model: types.BaseChannel,
    examples: types.BaseChannel,
    split: str,
    settings: ServingCheckSettings,
) -> InfraValidator:
    """Loads the export in TF Serving and sends it golden rows, but compares no answers.

    Args:
        model: of the Trainer.
        examples: raw rows, of JsonExampleGen.
        split: that models are judged on.
        settings: for the number of rows and the time that loading may take.

    Returns:
        The component; its output `blessing` is for Pusher's `infra_blessing`.
    """
    return InfraValidator(
        model=model,
        examples=examples,
        serving_spec=infra_validator_pb2.ServingSpec(
            tensorflow_serving=infra_validator_pb2.TensorFlowServing(tags=[_TF_SERVING_TAG]),
            local_docker=infra_validator_pb2.LocalDockerConfig(),
        ),
        validation_spec=infra_validator_pb2.ValidationSpec(
            max_loading_time_seconds=settings.timeout_seconds
        ),
        request_spec=infra_validator_pb2.RequestSpec(
            # The one that takes tf.Examples: InfraValidator can ask no signature of raw text.
            tensorflow_serving=infra_validator_pb2.TensorFlowServingRequestSpec(
                signature_names=[Signature.EXAMPLES]
            ),
            split_name=split,
            num_examples=settings.golden_rows,
        ),
    )
