"""The class names in the order of their ids, of a Transform graph or the export that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.files import read_text
from components.preprocessing.features import CLASS_NAMES_ASSET

if TYPE_CHECKING:
    import tensorflow_transform as tft

_ASSETS = "assets"  # tf.saved_model.ASSETS_DIRECTORY


def transform_class_names(transform: tft.TFTransformOutput) -> list[str]:
    """Those of a Transform graph."""
    return [name.decode() for name in transform.vocabulary_by_name(CLASS_NAMES_ASSET)]


def export_class_names(export: str) -> list[str]:
    """Those of a SavedModel, which need not be loaded.

    Args:
        export: its folder, local or remote.
    """
    return read_text(f"{export}/{_ASSETS}/{CLASS_NAMES_ASSET}").splitlines()
