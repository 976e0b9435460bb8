"""The exported model: raw text or tf.Examples in, class names and probabilities out."""

from __future__ import annotations

import tensorflow as tf
import tensorflow_transform as tft
from transformers import TFPreTrainedModel

from components.classifier.model import compute_logits
from components.preprocessing import features

TEXT_SIGNATURE = "serving_default"
EXAMPLES_SIGNATURE = "classify_examples"
TRANSFORM_SIGNATURE = "transform_features"
LABELS_OUTPUT = "labels"
PROBABILITIES_OUTPUT = "probabilities"
SCORES_OUTPUT = "scores"
LIKELIEST = 3

_TEXT_FEATURES = (features.HEADLINE, features.SHORT_DESCRIPTION)


class ServedClassifier(tf.Module):
    """The Transform graph and the classifier, behind the signatures that clients call.

    Args:
        model: the trained classifier.
        transform: what Transform made; its graph tokenises here as it did for training.
    """

    def __init__(self, model: TFPreTrainedModel, transform: tft.TFTransformOutput):
        super().__init__()
        self.model = model
        # Tracked, or its lookup tables would not be initialised when the model is loaded.
        self.transform = transform.transform_features_layer()
        names = transform.vocabulary_by_name(features.CLASS_NAMES_ASSET)
        self._class_names = [name.decode() for name in names]

    @tf.function(
        autograph=False,
        input_signature=[tf.TensorSpec([None], tf.string, name) for name in _TEXT_FEATURES],
    )
    def classify_text(
        self, headline: tf.Tensor, short_description: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Names of the likeliest classes.

        Args:
            headline: string [batch].
            short_description: string [batch], '' where there is none.

        Returns:
            `labels`, string [batch, 3], the likeliest first; `probabilities`, float32
            [batch, 3].
        """
        probabilities = self._classify(headline, short_description)
        best, ids = tf.math.top_k(probabilities, k=min(LIKELIEST, len(self._class_names)))
        labels = tf.gather(tf.constant(self._class_names), ids)
        return {LABELS_OUTPUT: labels, PROBABILITIES_OUTPUT: best}

    @tf.function(
        autograph=False, input_signature=[tf.TensorSpec([None], tf.string, name="examples")]
    )
    def classify_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Probabilities of all classes.

        Args:
            examples: string [batch], serialised tf.Examples with the raw features; only the
                texts are read.

        Returns:
            `scores`, float32 [batch, classes], in the order of the class ids.
        """
        texts = self._parse(examples, _TEXT_FEATURES)
        return {SCORES_OUTPUT: self._classify(*(texts[name] for name in _TEXT_FEATURES))}

    @tf.function(
        autograph=False, input_signature=[tf.TensorSpec([None], tf.string, name="examples")]
    )
    def transform_features(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Labels as training saw them, for the Evaluator.

        Args:
            examples: string [batch], serialised tf.Examples with the raw features.

        Returns:
            `label`, int64 [batch]; `class_name`, string [batch].
        """
        raw = self._parse(examples, (*_TEXT_FEATURES, features.CATEGORY))
        transformed = self._transform(raw)
        return {name: transformed[name] for name in (features.LABEL, features.CLASS_NAME)}

    def export(self, folder: str) -> None:
        """Writes the SavedModel with its signatures."""
        tf.saved_model.save(
            self,
            folder,
            signatures={
                TEXT_SIGNATURE: self.classify_text,
                EXAMPLES_SIGNATURE: self.classify_examples,
                TRANSFORM_SIGNATURE: self.transform_features,
            },
            # Where the model was trained on a TPU, its variables live there.
            options=tf.saved_model.SaveOptions(experimental_io_device="/job:localhost"),
        )

    def _parse(self, examples: tf.Tensor, names: tuple[str, ...]) -> dict[str, tf.Tensor]:
        specification = {name: tf.io.FixedLenFeature([], tf.string, "") for name in names}
        return tf.io.parse_example(examples, specification)

    def _transform(self, raw: dict[str, tf.Tensor]) -> dict[str, tf.Tensor | tf.RaggedTensor]:
        return self.transform({name: value[:, tf.newaxis] for name, value in raw.items()})

    def _classify(self, headline: tf.Tensor, short_description: tf.Tensor) -> tf.Tensor:
        transformed = self._transform(
            dict(zip(_TEXT_FEATURES, (headline, short_description), strict=True))
        )
        token_ids = tf.cast(transformed[features.TOKEN_IDS], tf.int32)
        # Padded to the longest row of the request, so a headline does not pay for max_length.
        dense = token_ids.to_tensor(tf.cast(self.model.config.pad_token_id, tf.int32))
        return tf.nn.softmax(compute_logits(self.model, dense))
