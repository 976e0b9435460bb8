"""The exported model: raw text or tf.Examples in, class names and probabilities out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import tensorflow as tf
import tensorflow_transform as tft
from transformers import TFPreTrainedModel

from components.article.fields import CATEGORY, DATE
from components.classifier.model import compute_logits
from components.preprocessing import features
from components.preprocessing.class_names import transform_class_names
from components.serving.packed_encoder import can_pack, pack_encoder
from components.serving.signatures import EXAMPLES_INPUT, LIKELIEST, Output, Signature

_ROWS_AT_ONCE = 32
_TOKEN_IDS = tf.RaggedTensorSpec([None, None], tf.int32, row_splits_dtype=tf.int64)
_EXAMPLES = tf.TensorSpec([None], tf.string, name=EXAMPLES_INPUT)


class ServedClassifier(tf.Module):
    """The Transform graph and the classifier, behind the signatures that clients call.

    Args:
        model: the trained classifier.
        transform: what Transform made; its graph tokenises here as it did for training.
        sub_words: the tokenizer's vocabulary in the order of its ids, to show what it does.
        text_fields: those that the Transform graph reads, of which clients need only give the
            first.
    """

    def __init__(
        self,
        model: TFPreTrainedModel,
        transform: tft.TFTransformOutput,
        sub_words: Sequence[str],
        text_fields: Sequence[str],
    ):
        super().__init__()
        self._text_fields = tuple(text_fields)
        self._compute_logits: Callable[[tf.RaggedTensor], tf.Tensor]
        if can_pack(model):
            self._compute_logits = pack_encoder(model)
        else:
            # Keras would have every layer's function traced and saved, a minute of work for
            # nothing that a client calls: of the model only its variables are tracked.
            self._weights = model.variables
            self._compute_logits = partial(_pad_and_compute_logits, model)
        self._score = tf.function(self._score_lots, input_signature=[_TOKEN_IDS], autograph=False)
        # Tracked, or its lookup tables would not be initialised when the model is loaded.
        self._transform_layer = transform.transform_features_layer()
        self._pad_id = model.config.pad_token_id
        self._sub_words = list(sub_words)
        self._class_names = transform_class_names(transform)

    def export(self, folder: str) -> None:
        """Writes the SavedModel with its signatures."""
        tf.saved_model.save(
            self,
            folder,
            signatures=self.signatures(),
            # Where the model was trained on a TPU, its variables live there.
            options=tf.saved_model.SaveOptions(experimental_io_device="/job:localhost"),
        )

    def signatures(self) -> dict[str, Callable[..., dict[str, tf.Tensor]]]:
        """The functions that clients call, by the name of their signature."""
        # A default that is a tensor becomes the signature's: clients may leave such a text out.
        left_out = tf.constant([], tf.string)
        _, *others = self._text_fields
        return {
            Signature.TEXT: self._of_texts(self.classify_texts, dict.fromkeys(others, left_out)),
            Signature.TOKENIZE: self._of_texts(self.tokenize, {}),
            Signature.EXAMPLES: _graph(self.classify_examples, _EXAMPLES),
            Signature.TRANSFORM: _graph(self.transform_features, _EXAMPLES),
            Signature.CLASS_NAMES: _graph(self.class_names),
        }

    def classify_texts(self, *texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """Names of the likeliest classes.

        Args:
            texts: string [batch] for each text field; '' where there is none, or, but for the
                first, [0] for none at all.

        Returns:
            `labels`, string [batch, 3], the likeliest first; `probabilities`, float32
            [batch, 3].
        """
        first, *others = texts
        whole = [first, *(_fill_up(text, tf.shape(first)) for text in others)]
        scores = self._classify(whole)
        probabilities, ids = tf.math.top_k(scores, k=min(LIKELIEST, len(self._class_names)))
        labels = tf.gather(tf.constant(self._class_names), ids)
        return {Output.LABELS: labels, Output.PROBABILITIES: probabilities}

    def tokenize(self, *texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """Shows what the model reads.

        Args:
            texts: string [batch] for each text field.

        Returns:
            `token_ids`, int32 [batch, longest], and `sub_words`, string [batch, longest]; filled
            up with the padding id and with ''.
        """
        token_ids = self._tokenize(texts)
        sub_words = tf.ragged.map_flat_values(tf.gather, tf.constant(self._sub_words), token_ids)
        padding = tf.constant(self._pad_id, tf.int32)
        return {
            Output.TOKEN_IDS: token_ids.to_tensor(padding),
            Output.SUB_WORDS: sub_words.to_tensor(""),
        }

    def classify_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Probabilities of all classes.

        Args:
            examples: string [batch], serialised tf.Examples with the raw features; only the
                texts are read.

        Returns:
            `scores`, float32 [batch, classes], in the order of the class ids.
        """
        texts = _parse(examples, self._text_fields)
        return {Output.SCORES: self._classify([texts[name] for name in self._text_fields])}

    def transform_features(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Labels as training saw them and slices, for the Evaluator.

        Args:
            examples: string [batch], serialised tf.Examples with the raw features.

        Returns:
            `label`, int64 [batch]; `class_name` and those of `features.SLICES`, string [batch].
        """
        raw = _parse(examples, (*self._text_fields, CATEGORY, DATE))
        transformed = self._transform(raw)
        names = (features.LABEL, features.CLASS_NAME, *features.SLICES)
        return {name: transformed[name] for name in names}

    def class_names(self) -> dict[str, tf.Tensor]:
        """`class_names`, string [classes], in the order of the class ids."""
        return {Output.CLASS_NAMES: tf.constant(self._class_names)}

    def _transform(self, raw: dict[str, tf.Tensor]) -> dict[str, tf.Tensor | tf.RaggedTensor]:
        return self._transform_layer({name: value[:, tf.newaxis] for name, value in raw.items()})

    def _of_texts(
        self, function: Callable[..., dict[str, tf.Tensor]], defaults: Mapping[str, tf.Tensor]
    ) -> tf.function:
        """A signature with an input for each text field."""

        def named(*texts: tf.Tensor) -> dict[str, tf.Tensor]:
            return function(*texts)

        # TensorFlow names a signature's inputs after the parameters.
        parameter = partial(inspect.Parameter, kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)
        named.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                parameter(name, default=defaults.get(name, inspect.Parameter.empty))
                for name in self._text_fields
            ]
        )
        return _graph(named, *(tf.TensorSpec([None], tf.string, n) for n in self._text_fields))

    def _tokenize(self, texts: Sequence[tf.Tensor]) -> tf.RaggedTensor:
        raw = dict(zip(self._text_fields, texts, strict=True))
        return tf.cast(self._transform(raw)[features.TOKEN_IDS], tf.int32)

    def _classify(self, texts: Sequence[tf.Tensor]) -> tf.Tensor:
        return self._score(self._tokenize(texts))

    def _score_lots(self, token_ids: tf.RaggedTensor) -> tf.Tensor:
        """Scores, float32 [batch, classes], of int32 [batch, (tokens)].

        Rows are taken by length, a lot at a time, each padded at most to its own longest row: a
        headline pays neither for `max_length` nor for the longest text of its request.
        """
        rows = token_ids.nrows()
        by_length = tf.argsort(token_ids.row_lengths())

        def score_lot(start: tf.Tensor, scores: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            lot = tf.gather(token_ids, by_length[start : start + _ROWS_AT_ONCE])
            logits = self._compute_logits(lot)
            return start + _ROWS_AT_ONCE, tf.concat([scores, tf.nn.softmax(logits)], axis=0)

        classes = len(self._class_names)
        _, scores = tf.while_loop(
            lambda start, scores: start < rows,
            score_lot,
            (tf.zeros([], tf.int64), tf.zeros([0, classes])),
            shape_invariants=(tf.TensorShape([]), tf.TensorShape([None, classes])),
            parallel_iterations=1,
        )
        return tf.gather(scores, tf.argsort(by_length))


def _fill_up(text: tf.Tensor, shape: tf.Tensor) -> tf.Tensor:
    """The text, or an empty one for every row where it was left out."""
    return tf.cond(
        tf.equal(tf.size(text), 0),
        lambda: tf.fill(shape, ""),
        lambda: tf.ensure_shape(text, [None]),
    )


def _pad_and_compute_logits(model: TFPreTrainedModel, token_ids: tf.RaggedTensor) -> tf.Tensor:
    return compute_logits(model, token_ids.to_tensor(model.config.pad_token_id))


def _graph(function: Callable[..., dict[str, tf.Tensor]], *specs: tf.TensorSpec) -> tf.function:
    return tf.function(function, input_signature=specs, autograph=False)


def _parse(examples: tf.Tensor, names: tuple[str, ...]) -> dict[str, tf.Tensor]:
    specification = {name: tf.io.FixedLenFeature([], tf.string, "") for name in names}
    return tf.io.parse_example(examples, specification)
