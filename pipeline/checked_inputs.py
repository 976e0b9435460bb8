"""What a run on this machine is about to use, checked before its first component starts."""

from __future__ import annotations

import os
import tempfile

from components.checkpoint.check import check_checkpoint
from components.checkpoint.files import fingerprint_of_contents, needed_files
from components.checkpoint.resolve import localize
from components.classifier.strategy import pick_strategy
from components.files import write_document
from pipeline.dag.fingerprint import code_fingerprint
from pipeline.layout import OutputLayout
from pipeline.settings import Settings
from pipeline.terminal.display import RunDisplay

_CHECKS = "components.checkpoint.check"
_FORMAT = 2


def check_inputs(settings: Settings, display: RunDisplay) -> None:
    """Checks the checkpoint with its tokenizer, and the device that the Trainer insists on.

    The proof is kept beside the run's inputs, and is given anew when the contents, the length of a
    text, the checks or the libraries change.

    Args:
        settings: with resolved inputs.
        display: is told of it.

    Raises:
        CheckpointError: see `check_checkpoint`.
        SettingsError: see `pick_strategy`.
    """
    if settings.trainer.strategy == "tpu":
        pick_strategy("tpu")
    source, max_length = settings.checkpoint.source, settings.text.max_length
    assert source, "resolved inputs have a checkpoint"
    with tempfile.TemporaryDirectory() as scratch:
        folder = localize(source, scratch)
        contents = fingerprint_of_contents(folder, needed_files(folder))
        key = f"{contents[:16]}-{max_length}-{code_fingerprint(_CHECKS)[:16]}"
        proof = os.path.join(OutputLayout(settings.output).inputs, f"checkpoint-{key}.json")
        if os.path.exists(proof):
            return
        display.start("checkpoint")
        found = check_checkpoint(folder, max_length, contents)
        display.finish("checked", found)
    os.makedirs(os.path.dirname(proof), exist_ok=True)
    write_document(proof, _FORMAT, {"found": found})
