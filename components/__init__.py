"""What the steps of the pipeline are made of, one folder a step."""

import os

# TensorFlow decides at its first import which Keras it offers. The TensorFlow
# models of `transformers` and TFT's TransformFeaturesLayer are Keras 2, so every
# process that uses a component has to choose it before TensorFlow is imported.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
