"""What the steps of the pipeline are made of, one folder a step."""

import importlib
import os
from typing import Any

# TensorFlow decides at its first import which Keras it offers. The TensorFlow
# models of `transformers` and TFT's TransformFeaturesLayer are Keras 2, so every
# process that uses a component has to choose it before TensorFlow is imported.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
# Or `tokenizers` starts threads, and warns of them in every process that is forked later.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

# Artifact types of our own, by the module that has them.
_ARTIFACTS = {
    "DataFindings": "components.data_validation.artifact",
    "Quarantine": "components.json_example_gen.artifact",
    "RunReport": "components.report.artifact",
}


def __getattr__(name: str) -> Any:
    """Finds our artifact types here, without importing TFX before one is asked for.

    The runner for Vertex reads the type name of an artifact as where to import its class from, and
    allows one dot in it.
    """
    if name in _ARTIFACTS:
        return getattr(importlib.import_module(_ARTIFACTS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
