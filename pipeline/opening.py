"""The lines that a run begins with: what is about to be trained, on which rows, and where."""

from __future__ import annotations

import os
from collections import Counter

from components.json_example_gen.data_files import DataFiles
from pipeline.inputs import RunInputs
from pipeline.layout import shown
from pipeline.settings import Settings


def opening_lines(profile: str, asked: Settings, inputs: RunInputs) -> list[str]:
    """What is known before TFX is loaded.

    Args:
        profile: its name or file.
        asked: settings as they were given.
        inputs: what was made of them.
    """
    checkpoint, recipe = inputs.settings.checkpoint, inputs.settings.trainer
    source = asked.checkpoint.source or "the demo's own, untrained"
    revision = f" at {checkpoint.revision[:12]}" if checkpoint.revision else ""
    assert checkpoint.fingerprint
    return [
        f"profile     {profile}",
        f"checkpoint  {source}{revision}, fingerprint {checkpoint.fingerprint[:12]}",
        f"data        {describe_data(inputs.data)}",
        f"training    {recipe.epochs} epochs of {recipe.batch_size} rows an update at "
        f"{recipe.learning_rate:g}, recipe {recipe.recipe}",
    ]


def describe_data(files: DataFiles) -> str:
    """Which files, and how many rows and bytes they have."""
    if not files.surveys:
        return f"{', '.join(files.patterns)}, read by Beam"
    others = f" and {len(files.surveys) - 1} more files" if files.surveys[1:] else ""
    rows = sum(survey.rows for survey in files.surveys)
    size = sum(survey.size for survey in files.surveys)
    return f"{shown(files.surveys[0].path)}{others}: {rows:,} rows, {size / 1e6:,.1f} MB"


def device_line(strategy: str) -> str:
    """What TensorFlow, which is loaded by now, finds to train on.

    Args:
        strategy: `trainer.strategy`.
    """
    import tensorflow as tf

    kinds = Counter(device.device_type for device in tf.config.list_physical_devices())
    found = [f"{number} {kind}" for kind, number in sorted(kinds.items()) if kind != "CPU"]
    device = ", ".join(found) or f"CPU, {os.cpu_count()} cores"
    return f"device      {device}; strategy {strategy}"
