"""Everything that is checked of a checkpoint before anything is trained from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.checkpoint.architectures import check_padding, longest_text
from components.checkpoint.config import read_config
from components.checkpoint.files import CONFIG_FILE, fingerprint_of_contents, needed_files
from components.checkpoint.weights import Weights, read_weights
from components.errors import CheckpointError

_FOUND: dict[tuple[str, int | None], str] = {}


@dataclass(frozen=True)
class CheckedFiles:
    """A checkpoint whose files are what they say.

    Attributes:
        folder: local.
        config: `transformers.PretrainedConfig`.
        weights: of it.
    """

    folder: Path
    config: Any
    weights: Weights

    @property
    def config_file(self) -> str:
        """Path of its config.json."""
        return str(self.folder / CONFIG_FILE)


def check_files(folder: str | Path) -> CheckedFiles:
    """Checks what takes no TensorFlow: config.json, and that the weights are whole.

    Args:
        folder: local, with the files that `needed_files` has checked.

    Raises:
        CheckpointError: see `read_config` and `read_weights`.
    """
    folder = Path(folder)
    return CheckedFiles(folder, read_config(folder), read_weights(folder))


def check_length(checked: CheckedFiles, max_length: int) -> None:
    """Returns if the model has a position for every token that is kept of a text.

    Raises:
        CheckpointError: it does not.
    """
    longest = longest_text(checked.config)
    if max_length > longest:
        raise CheckpointError(
            f"text.max_length: {max_length} tokens are kept, and {checked.config_file} has "
            f"positions for {longest}; --set text.max_length={longest}"
        )


def check_checkpoint(
    folder: str | Path, max_length: int | None = None, contents: str | None = None
) -> str:
    """Checks everything of a checkpoint; takes TensorFlow, and seconds.

    A process does it once for the same contents, wherever they lie.

    Args:
        folder: local, with all files of a checkpoint.
        max_length: tokens kept of a text, special tokens included; None for all that the model
            has positions for.
        contents: fingerprint of its contents, where that is known.

    Returns:
        What was found, on one line.

    Raises:
        CheckpointError: see `needed_files`, `check_files`, `check_length` and `check_weights`; or
            model and tokenizer do not go together.
        UnsupportedTokenizer: see `compile_tokenizer`.
    """
    folder = Path(folder)
    key = (contents or fingerprint_of_contents(folder, needed_files(folder)), max_length)
    if key not in _FOUND:
        checked = check_files(folder)
        length = longest_text(checked.config) if max_length is None else max_length
        _FOUND[key] = _check_fit(checked, length)
    return _FOUND[key]


def _check_fit(checked: CheckedFiles, max_length: int) -> str:
    """Checks that weights, architecture and tokenizer go together."""
    from components.checkpoint.accounting import check_weights
    from components.tokenizer import compile_tokenizer

    check_length(checked, max_length)
    config = checked.config
    check_weights(config, checked.weights)
    tokenizer = compile_tokenizer(checked.folder, max_length)
    if tokenizer.vocabulary_size > config.vocab_size:
        raise CheckpointError(
            f"{checked.config_file}: vocab_size is {config.vocab_size}, and the tokenizer has "
            f"{tokenizer.vocabulary_size} ids; one of them belongs to another checkpoint"
        )
    check_padding(config, tokenizer.pad_id, checked.config_file)
    assert tokenizer.parity
    return (
        f"{config.model_type} of {config.num_hidden_layers} layers; {len(checked.weights.tensors)} "
        f"tensors accounted for, all finite; tokenizer equals transformers' on "
        f"{tokenizer.parity.texts:,} texts"
    )
