"""Which architectures can be fine-tuned and served here, and how many tokens each can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.errors import CheckpointError

if (
    TYPE_CHECKING
):  # the library takes a second, and whoever only looks for a checkpoint does without
    from transformers import PretrainedConfig

# Each trains in a graph, and answers a row alike however far it is padded; a test holds them to it.
# Of the others in transformers some end in an AutoGraph error (Longformer, BART, DeBERTa, Funnel),
# and some see the padding (MobileBERT, ConvBERT, XLNet).
SUPPORTED = (
    "albert",
    "bert",
    "camembert",
    "distilbert",
    "electra",
    "gpt2",
    "layoutlm",
    "mpnet",
    "roberta",
    "roberta-prelayernorm",
    "xlm-roberta",
)

# They number the tokens of a text from the one after the padding id, which is 1 in their code.
_NUMBERED_FROM_PADDING = ("camembert", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta")
_THEIR_PADDING = 1


def is_classifier(config: PretrainedConfig) -> bool:
    """Whether a checkpoint has a head that gives a text one class."""
    return any("SequenceClassification" in name for name in config.architectures or [])


def longest_text(config: PretrainedConfig) -> int:
    """Tokens for which a model has positions, special tokens included."""
    positions: int = config.max_position_embeddings
    is_offset = config.model_type in _NUMBERED_FROM_PADDING
    return positions - _THEIR_PADDING - 1 if is_offset else positions


def check_padding(config: PretrainedConfig, pad_id: int, where: str) -> None:
    """Returns if model and tokenizer pad alike.

    Args:
        config: of the model.
        pad_id: of the tokenizer.
        where: the model's config.json, for the message.

    Raises:
        CheckpointError: they do not; the mask would then hide tokens, or let padding through.
    """
    if config.pad_token_id != pad_id:
        raise CheckpointError(
            f"{where}: pad_token_id is {config.pad_token_id!r}, and the tokenizer pads with "
            f"{pad_id}; put right the one that is wrong"
        )
    if config.model_type in _NUMBERED_FROM_PADDING and pad_id != _THEIR_PADDING:
        raise CheckpointError(
            f"{where}: pad_token_id is {pad_id}, and {config.model_type} of transformers numbers "
            f"tokens as if it were {_THEIR_PADDING}"
        )
