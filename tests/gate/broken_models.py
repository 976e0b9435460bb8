"""Good models broken in the ways that a gate has to notice, each ready to be exported.

Each function takes the parts of a good `ServedClassifier` and leaves them as they are. Those that
spoil the export return a classifier that looks like the good one from outside, those that spoil
the model other parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace

import tensorflow as tf
import tensorflow_transform as tft
from transformers import TFPreTrainedModel

from components.article.fields import TEXT_FIELDS
from components.classifier.model import copy_to_host
from components.serving.served_classifier import ServedClassifier
from components.tokenizer import compile_tokenizer

_KEPT = 8


@dataclass(frozen=True)
class Parts:
    """What a `ServedClassifier` is made of."""

    model: TFPreTrainedModel
    transform: tft.TFTransformOutput
    sub_words: Sequence[str]

    def classifier(self) -> ServedClassifier:
        """What is exported."""
        return ServedClassifier(self.model, self.transform, self.sub_words, TEXT_FIELDS)


class _Broken(ServedClassifier):
    """A served classifier with mistakes between its steps.

    Args:
        parts: of the good model.
        change_texts: of headlines and descriptions, string [batch] each, before they are joined.
        change_ids: of the ragged token ids.
        change_scores: of the probabilities of all classes, float32 [batch, classes].
    """

    def __init__(
        self,
        parts: Parts,
        change_texts: Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]] | None = None,
        change_ids: Callable[[tf.RaggedTensor], tf.RaggedTensor] | None = None,
        change_scores: Callable[[tf.Tensor], tf.Tensor] | None = None,
    ):
        super().__init__(parts.model, parts.transform, parts.sub_words, TEXT_FIELDS)
        self._change_texts = change_texts or (lambda *texts: texts)
        self._change_ids = change_ids or (lambda ids: ids)
        self._change_scores = change_scores or (lambda scores: scores)

    def _tokenize(self, texts: Sequence[tf.Tensor]) -> tf.RaggedTensor:
        return self._change_ids(super()._tokenize(self._change_texts(*texts)))

    def _classify(self, texts: Sequence[tf.Tensor]) -> tf.Tensor:
        return self._change_scores(super()._classify(texts))


class _OtherTokenizer(ServedClassifier):
    """A served classifier that tokenizes with another checkpoint's tokenizer."""

    def __init__(self, parts: Parts, folder: str, max_length: int):
        other = compile_tokenizer(folder, max_length)
        super().__init__(parts.model, parts.transform, other.pieces, TEXT_FIELDS)
        self._other = other

    def _tokenize(self, texts: Sequence[tf.Tensor]) -> tf.RaggedTensor:
        return self._other(tf.strings.join(list(texts), " "))


def lower_cased(parts: Parts) -> ServedClassifier:
    """Reads texts in lower case, which training did not."""
    return _Broken(parts, change_texts=lambda *texts: tuple(map(tf.strings.lower, texts)))


def description_dropped(parts: Parts) -> ServedClassifier:
    """Reads headlines only."""
    return _Broken(parts, change_texts=lambda headline, _: (headline, tf.zeros_like(headline)))


def cut_at_8_tokens(parts: Parts) -> ServedClassifier:
    """Reads eight tokens of a text, the first and the last of them special."""
    return _Broken(
        parts,
        change_ids=lambda ids: tf.concat([ids[:, :-1][:, : _KEPT - 1], ids[:, -1:]], axis=1),
    )


def other_vocabulary(parts: Parts, folder: str, max_length: int) -> ServedClassifier:
    """Reads texts with the tokenizer in `folder`, whose ids are other words to the model."""
    return _OtherTokenizer(parts, folder, max_length)


def class_names_shuffled(parts: Parts) -> ServedClassifier:
    """Gives each class the name of the next one."""
    broken = parts.classifier()
    broken._class_names = [*broken._class_names[1:], broken._class_names[0]]
    return broken


def scores_shuffled(parts: Parts) -> ServedClassifier:
    """Gives each class the probability of the one before."""
    return _Broken(parts, change_scores=lambda scores: tf.roll(scores, 1, axis=1))


def never_predicted(parts: Parts, class_id: int) -> ServedClassifier:
    """Gives one class no probability, whatever the text."""
    classes = parts.model.config.num_labels
    others = 1 - tf.one_hot(class_id, classes)
    return _Broken(parts, change_scores=lambda scores: _normalised(scores * others))


def with_nan(parts: Parts) -> ServedClassifier:
    """Gives NaN for the first class."""
    classes = parts.model.config.num_labels
    factors = tf.constant([float("nan"), *[1.0] * (classes - 1)])
    return _Broken(parts, change_scores=lambda scores: scores * factors)


def sums_above_1(parts: Parts) -> ServedClassifier:
    """Gives the roots of the probabilities: in [0, 1] and in order, but too much altogether."""
    return _Broken(parts, change_scores=tf.sqrt)


def fewer_classes(parts: Parts) -> ServedClassifier:
    """Does not know the last class, as a model from before it was added."""
    names = dict(list(parts.model.config.id2label.items())[:-1])
    config = copy(parts.model.config)
    config.id2label, config.label2id = names, {name: index for index, name in names.items()}
    model = type(parts.model)(config)
    model.build_in_name_scope()
    for ours, whole in zip(model.variables, parts.model.variables, strict=True):
        ours.assign(whole if ours.shape == whole.shape else whole[..., : len(names)])
    broken = replace(parts, model=model).classifier()
    broken._class_names = broken._class_names[:-1]
    return broken


def attention_zeroed(parts: Parts) -> Parts:
    """Has zeros where the attention of all layers was: words do not know of one another."""
    model = copy_to_host(parts.model)
    for layer in getattr(model, model.base_model_prefix).encoder.layer:
        kernel = layer.attention.dense_output.dense.kernel
        kernel.assign(tf.zeros_like(kernel))
    return replace(parts, model=model)


def head_untrained(parts: Parts, seed: int = 0) -> Parts:
    """Has a classification head as it is before training."""
    model = copy_to_host(parts.model)
    generator = tf.random.Generator.from_seed(seed)
    for variable in model.classifier.trainable_variables:
        deviation = model.config.initializer_range if "kernel" in variable.name else 0.0
        variable.assign(generator.normal(variable.shape, stddev=deviation))
    return replace(parts, model=model)


def weights_disturbed(parts: Parts, share: float, seed: int = 0) -> Parts:
    """Has noise on every matrix, of `share` of its standard deviation: a bit worse throughout."""
    model = copy_to_host(parts.model)
    generator = tf.random.Generator.from_seed(seed)
    for variable in model.trainable_variables:
        if len(variable.shape) > 1:
            deviation = share * tf.math.reduce_std(variable)
            variable.assign_add(generator.normal(variable.shape, stddev=deviation))
    return replace(parts, model=model)


def _normalised(scores: tf.Tensor) -> tf.Tensor:
    return scores / tf.reduce_sum(scores, axis=1, keepdims=True)
