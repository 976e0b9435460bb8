"""The lines that a run begins with: what is about to be trained, on which rows, and where."""

from __future__ import annotations

import glob
import os
from collections import Counter

from components.file_patterns import unescape
from components.row_files.compression import SUFFIXES
from pipeline.layout import shown
from pipeline.settings import Settings

_MOST_BYTES_COUNTED = 1_000_000_000  # a third of a second where they have been read before
_CHUNK = 1 << 20


def opening_lines(profile: str, asked: Settings, resolved: Settings) -> list[str]:
    """What is known before TFX is loaded.

    Args:
        profile: its name or file.
        asked: settings as they were given.
        resolved: the same with resolved inputs.
    """
    checkpoint, recipe = resolved.checkpoint, resolved.trainer
    source = asked.checkpoint.source or "the demo's own, untrained"
    revision = f" at {checkpoint.revision[:12]}" if checkpoint.revision else ""
    assert resolved.data.files and checkpoint.fingerprint
    return [
        f"profile     {profile}",
        f"checkpoint  {source}{revision}, fingerprint {checkpoint.fingerprint[:12]}",
        f"data        {describe_data(resolved.data.files)}",
        f"training    {recipe.epochs} epochs of {recipe.batch_size} rows an update at "
        f"{recipe.learning_rate:g}, recipe {recipe.recipe}",
    ]


def describe_data(files: str) -> str:
    """Which files, and how many lines or bytes they have.

    Args:
        files: pattern of `data.files`.
    """
    if "://" in files:
        return f"{files}, read by Beam"
    paths = sorted(filter(os.path.isfile, glob.glob(files)))
    size = sum(map(os.path.getsize, paths))
    name = shown(paths[0]) if len(paths) == 1 else f"{len(paths)} files of {shown(unescape(files))}"
    countable = size <= _MOST_BYTES_COUNTED and not any(p.lower().endswith(SUFFIXES) for p in paths)
    lines = f"{sum(map(_count_lines, paths)):,} lines, " if countable else ""
    return f"{name}: {lines}{size / 1e6:,.1f} MB"


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


def _count_lines(path: str) -> int:
    lines, last = 0, b"\n"
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            lines, last = lines + chunk.count(b"\n"), chunk[-1:]
    return lines + (last != b"\n")
