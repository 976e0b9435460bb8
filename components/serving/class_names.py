"""Reads an export's class names without loading it."""

from __future__ import annotations

from tfx.types import Artifact
from tfx.utils import path_utils

from components.files import read_text
from components.preprocessing import features

_ASSETS = "assets"  # tf.saved_model.ASSETS_DIRECTORY


def read_class_names(model: Artifact) -> list[str]:
    """Class names in the order of their ids, from the vocabulary that the export carries.

    Args:
        model: a Model artifact of the Trainer's.
    """
    export = path_utils.serving_model_path(model.uri)
    return read_text(f"{export}/{_ASSETS}/{features.CLASS_NAMES_ASSET}").splitlines()
