"""Which values of a config.json no model can have, or no TensorFlow model would follow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

# Of those that have a default: transformers means a number of units, rows or layers by them.
_LARGEST = {
    **dict.fromkeys(
        ("vocab_size", "hidden_size", "embedding_size", "num_hidden_layers", "num_attention_heads",
         "intermediate_size", "max_position_embeddings", "type_vocab_size"),
        10_000_000,
    ),
    "num_labels": 100_000,
    "num_hidden_groups": 1_000,
    "inner_group_num": 1_000,
}  # fmt: skip
# TensorFlow's models ignore the first; the others make something else than an encoder.
_NEVER_TRUE = (
    "scale_attn_by_inverse_layer_idx",
    "is_decoder",
    "is_encoder_decoder",
    "add_cross_attention",
)
_INTERNAL = ("_auto_class", "attribute_map", "sub_configs")


def faults(document: Mapping[str, Any], defaults: Any) -> Iterator[tuple[str, Any, str]]:
    """What is wrong with a configuration, as (field, value, reason).

    Args:
        document: content of a config.json.
        defaults: the `PretrainedConfig` of its kind as transformers makes it without arguments.
    """
    for name, value in document.items():
        if fault := _fault(name, value, getattr(defaults, name, None), type(defaults)):
            yield name, value, fault
    for name, largest in _LARGEST.items():
        value = document.get(name, getattr(defaults, name, 1))
        if not _is_whole(value) or not 1 <= value <= largest:
            yield name, value, f"not from 1 to {largest:,}"


def _fault(name: str, value: Any, default: Any, kind: type) -> str:
    """What is wrong with a value; '' if nothing is, or nothing is known of such a field."""
    if name in _INTERNAL or callable(getattr(kind, name, None)):
        return "a name that transformers keeps to itself; take it out"
    if name in _NEVER_TRUE and value:
        return "which no encoder in TensorFlow follows"
    if name.endswith("_token_id"):
        fine = (value is None and name != "pad_token_id") or (_is_whole(value) and value >= 0)
        return "" if fine else "not a token id"
    if name == "architectures":
        fine = value is None or (isinstance(value, list) and all(isinstance(n, str) for n in value))
        return "" if fine else "not a list of names"
    if name.endswith(("dropout", "dropout_prob", "pdrop")):
        fine = (value is None and default is None) or (_is_number(value) and 0 <= value < 1)
        return "" if fine else "not a share below 1"
    if name.endswith(("_eps", "_epsilon", "initializer_range")):
        fine = _is_number(value) and 0 < value < 1
        return "" if fine else "not a small number above 0"
    return _fault_of_type(value, default)


def _fault_of_type(value: Any, default: Any) -> str:
    if isinstance(default, bool):
        fine, wanted = isinstance(value, bool), "true or false"
    elif isinstance(default, int):
        fine, wanted = _is_whole(value), "a whole number"
    elif isinstance(default, float):
        fine, wanted = _is_number(value), "a finite number"
    elif isinstance(default, str):
        fine, wanted = isinstance(value, str), "a text"
    else:
        return ""
    return "" if fine else f"not {wanted}"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))
