"""TFMA's extractors for the gate: every row with what each of the models answers to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
import numpy as np
import tensorflow as tf
import tensorflow_model_analysis as tfma
from absl import logging
from tensorflow_model_analysis import constants
from tensorflow_model_analysis.utils import model_util

from components.evaluation.answers import Answers, KeptAnswers, ask, row_digest
from components.serving.signatures import Output

# Of rows that are asked about at once. TFX's own batches are small where a model is slow; in large
# ones the export finds more rows of one length to compute side by side.
_BATCH_BYTES = 1 << 19
_EXTRACTS, _NEW = "extracts", "new"


def gate_extractors(
    eval_shared_model: tfma.types.MaybeMultipleEvalSharedModels,
    eval_config: tfma.EvalConfig,
    tensor_adapter_config: Any = None,
) -> list[tfma.extractors.Extractor]:
    """What TFX's Evaluator calls for `custom_extractors`.

    TFMA's own would ask every model about every row, each time; and they would keep the raw
    features, by which nothing is sliced, through all that follows.
    """
    models = model_util.verify_and_update_eval_shared_models(eval_shared_model)
    return [
        tfma.extractors.Extractor("AskModels", _AskModels({m.model_name: m for m in models})),
        tfma.extractors.LabelsExtractor(eval_config),
        tfma.extractors.UnbatchExtractor(),
        tfma.extractors.SliceKeyExtractor(eval_config=eval_config, materialize=False),
    ]


class _AskModels(beam.PTransform):
    """Makes extracts of what models answer to batches of raw rows, and keeps new answers.

    Args:
        models: by name, which is '' if there is only one.
    """

    def __init__(self, models: Mapping[str, tfma.EvalSharedModel]):
        super().__init__()
        self._loaders = {name: model.model_loader for name, model in models.items()}
        self._kept = {name: KeptAnswers(model.model_path) for name, model in models.items()}

    def expand(self, extracts: beam.PCollection) -> beam.PCollection:
        size = {"min_batch_size": _BATCH_BYTES, "max_batch_size": _BATCH_BYTES}
        answered = (
            extracts
            | "Rows" >> beam.Map(_raw_rows)
            | "Batch" >> beam.BatchElements(**size, element_size_fn=lambda r: sum(map(len, r)))
            | "Ask"
            >> beam.ParDo(_Ask(self._loaders, self._kept)).with_outputs(_NEW, main=_EXTRACTS)
        )
        kept = self._kept
        _ = (
            answered[_NEW]
            | "OfOneModel" >> beam.GroupByKey()
            | "Keep" >> beam.MapTuple(lambda name, new: _keep(kept[name], new))
        )
        return answered[_EXTRACTS]


class _Ask(beam.DoFn):
    """Takes answers that are kept, and asks for the others."""

    def __init__(self, loaders: Mapping[str, Any], kept: Mapping[str, KeptAnswers]):
        self._loaders, self._kept = loaders, kept

    def setup(self) -> None:
        self._models: dict[str, Any] = {}
        self._found = {name: kept.find() for name, kept in self._kept.items()}
        for name, (places, _) in self._found.items():
            logging.info("Answers of model %r to %d rows are kept.", name, len(places))

    def process(self, batches: Sequence[Sequence[bytes]]) -> Iterator[Any]:
        rows = [row for batch in batches for row in batch]
        if not rows:
            return
        digests = [row_digest(row) for row in rows]
        answers = {}
        for name, (places, known) in self._found.items():
            missing = [number for number, digest in enumerate(digests) if digest not in places]
            new: Answers = {}
            if missing:
                new = ask(self._model(name), [rows[number] for number in missing])
                yield beam.pvalue.TaggedOutput(_NEW, (name, ([digests[n] for n in missing], new)))
            answers[name] = _merge([places.get(digest) for digest in digests], known, new)
        scores = {name: values.pop(Output.SCORES) for name, values in answers.items()}
        # TFMA takes a single model's without its name.
        yield {
            constants.TRANSFORMED_FEATURES_KEY: answers.get("", answers),
            constants.PREDICTIONS_KEY: scores.get("", scores),
        }

    def _model(self, name: str) -> Any:
        """Loaded when it is first needed, which it is not where all is known."""
        if name not in self._models:
            # Beam holds on to the model that was loaded last, and no longer to one before it.
            self._models[name] = self._loaders[name].load()
        return self._models[name]


def _raw_rows(extracts: tfma.Extracts) -> list[bytes]:
    batch = extracts[constants.ARROW_RECORD_BATCH_KEY]
    column = batch.schema.get_field_index(constants.ARROW_INPUT_COLUMN)
    return batch.column(column).flatten().to_pylist()


def _merge(places: Sequence[int | None], known: Answers, new: Answers) -> dict[str, np.ndarray]:
    """Known answers by their place, and where there is none, the new ones in their order."""
    is_new = np.array([place is None for place in places])
    if is_new.all():
        return dict(new)
    merged = {name: values[[place or 0 for place in places]] for name, values in known.items()}
    for name, values in new.items():
        merged[name][is_new] = values
    return merged


def _keep(kept: KeptAnswers, new: Any) -> None:
    try:
        kept.add(new)
    except (OSError, tf.errors.OpError) as error:
        # They are for another time: what is judged now has them.
        logging.warning("Answers of a model are not kept: %s", error)
