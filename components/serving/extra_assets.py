"""What lies beside the graph of an exported model: warm-up requests, the tokenizer's proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_log_pb2

from components.files import write_document
from components.serving.signatures import Signature
from components.tokenizer import ParityProof

WARM_UP_FILE = "assets.extra/tf_serving_warmup_requests"
PARITY_FILE = "assets.extra/tokenizer_parity.json"
_PARITY_FORMAT = 2

# One row and several, with and without a description: the batch sizes and lengths of real traffic.
_REQUESTS = (
    (["Senate passes budget"], [""]),
    (
        ["Ten easy stretches", "A walk a day"],
        ["For busy mornings.", "Your heart will agree. " * 20],
    ),
)


def write_warm_up_requests(saved_model: str, text_fields: Sequence[str]) -> None:
    """Adds warm-up requests, so that the first client does not wait for lazy set-up.

    The format is TF Serving's: TFRecords of PredictionLog
    (https://www.tensorflow.org/tfx/serving/saved_model_warmup).

    Args:
        saved_model: folder of the SavedModel; local or gs://.
        text_fields: that it takes.
    """
    path = f"{saved_model}/{WARM_UP_FILE}"
    tf.io.gfile.makedirs(path.rpartition("/")[0])
    with tf.io.TFRecordWriter(path) as writer:
        for texts in _REQUESTS:
            # A third field stays empty.
            inputs = dict.fromkeys(text_fields, [""] * len(texts[0]))
            inputs.update(zip(text_fields, texts, strict=False))
            request = predict_pb2.PredictRequest()
            request.model_spec.signature_name = Signature.TEXT
            for name, values in inputs.items():
                request.inputs[name].CopyFrom(tf.make_tensor_proto(values))
            log = prediction_log_pb2.PredictionLog(
                predict_log=prediction_log_pb2.PredictLog(request=request)
            )
            writer.write(log.SerializeToString())


def write_parity_proof(saved_model: str, parity: ParityProof | None) -> None:
    """Records on how many texts the model's tokenizer was proved equal to `tokenizers`."""
    assert parity, "compile_tokenizer always proves what it compiles"
    path = f"{saved_model}/{PARITY_FILE}"
    tf.io.gfile.makedirs(path.rpartition("/")[0])
    write_document(path, _PARITY_FORMAT, asdict(parity))
