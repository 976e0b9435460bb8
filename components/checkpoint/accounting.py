"""Accounts for every tensor of a checkpoint and every variable of its model, before it is loaded.

transformers draws what it does not find, and ignores what it does not know, with a warning. A
checkpoint with renamed, cut or foreign weights would thus be trained as noise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf
from transformers import PretrainedConfig, TFAutoModelForSequenceClassification, TFPreTrainedModel
from transformers.modeling_tf_pytorch_utils import (
    TransposeType,
    convert_tf_weight_name_to_pt_weight_name,
)

from components.checkpoint.architectures import is_classifier
from components.checkpoint.weights import Tensor, Weights, some
from components.errors import CheckpointError
from components.printable import reason

POOLER = "pooler"
# Heads of the tasks that encoders are published for, by the first part of their weights' names.
_HEADS = frozenset(
    (
        *("lm_head", "cls", "mlm", "nsp", "predictions", "sop_classifier", "lm_loss"),
        *("vocab_transform", "vocab_layer_norm", "vocab_projector"),
        *("generator_predictions", "generator_lm_head", "discriminator_predictions"),
        *("classifier", "pre_classifier", "score", "qa_outputs", "sequence_summary"),
        *("logits_proj", "multiple_choice_head", POOLER),
    )
)
_BUFFERS = ("position_ids", "token_type_ids", ".attn.bias", ".attn.masked_bias")
_AXES = {
    TransposeType.SIMPLE: None,
    TransposeType.CONV1D: (2, 1, 0),
    TransposeType.CONV2D: (3, 2, 0, 1),
}


@dataclass
class Account:
    """What does not fit; nothing of it is allowed.

    Attributes:
        missing: variables of the encoder that the checkpoint lacks.
        unused: tensors of the checkpoint that the model lacks.
        mismatched: tensors of another shape than the variable's.
    """

    missing: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    mismatched: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.unused or self.mismatched)

    def __str__(self) -> str:
        parts = (
            ("missing", self.missing),
            ("of another shape", self.mismatched),
            ("unknown", self.unused),
        )
        return "; ".join(f"{what} {some(names)}" for what, names in parts if names)


def check_weights(config: PretrainedConfig, weights: Weights) -> None:
    """Returns if every variable of the encoder gets its tensor, and every tensor has its place.

    New may be the classification head and a pooler; unused may be another task's head, a pooler,
    and buffers such as position ids.

    Args:
        config: of the model.
        weights: of the checkpoint.

    Raises:
        CheckpointError: that does not hold, or a tensor's values are no finite numbers; with names.
    """
    model = _model_without_values(config, weights)
    prefix = model.base_model_prefix
    names = {_modern(name): tensor for name, tensor in weights.tensors.items()}
    if len(names) < len(weights.tensors):
        raise CheckpointError(f"{weights.path}: has tensors under an old and a new name")
    expected = dict(_expected(model, weights))
    # Some encoders do without a pooler, but none has half of one; nor has a classifier of its head.
    needed = {name for name in expected if is_classifier(config) or not _is_head(name, prefix)}
    if any(part_of(name, prefix) == POOLER for name in names.keys() & expected.keys()):
        needed |= {name for name in expected if part_of(name, prefix) == POOLER}
    account, used = Account(), {}
    for name, shape in expected.items():
        tensor = names.pop(name, None)
        if tensor is not None and _without_ones(tensor.shape) == _without_ones(shape):
            used[name] = tensor
        elif name in needed and tensor is None:
            account.missing.append(name)
        elif name in needed and tensor is not None:
            account.mismatched.append(f"{name} {_sizes(tensor.shape)} in place of {_sizes(shape)}")
    account.unused = [name for name in names if not _may_be_unused(name, prefix)]
    if account:
        raise CheckpointError(
            f"{weights.path}: its weights do not fit config.json: {account}"
            f"{_hint(account, f'{prefix}.')}"
        )
    _check_values(weights, used)


def check_loaded(
    model: TFPreTrainedModel, loaded: Mapping[str, Collection[Any]], where: str
) -> None:
    """Returns if transformers has made up no weight but a head's or a pooler's.

    Args:
        model: that was loaded.
        loaded: what `from_pretrained` says with `output_loading_info`.
        where: the checkpoint, for the message.

    Raises:
        CheckpointError: it has.
    """
    prefix = model.base_model_prefix
    # Of an .h5 file transformers compares the layers, among them those that have no weights.
    empty = {layer.name for layer in model.layers if not layer.weights}
    missing = set(loaded["missing_keys"]) - empty
    account = Account(
        missing=sorted(name for name in missing if not _is_head(name, prefix)),
        mismatched=[n for n, *_ in loaded["mismatched_keys"] if not _is_head(n, prefix)],
    )
    if account:
        raise CheckpointError(f"{where}: transformers could not load all its weights: {account}")


def _may_be_unused(name: str, base_prefix: str) -> bool:
    """Whether a tensor that the classifier lacks is another task's head, a pooler or a buffer."""
    return _is_head(name, base_prefix) or name.endswith(_BUFFERS)


def _is_head(name: str, base_prefix: str) -> bool:
    """Whether a variable belongs to a head or to a pooler."""
    return part_of(name, base_prefix) in _HEADS


def part_of(name: str, base_prefix: str) -> str:
    """The part of a model that a variable belongs to, such as encoder, pooler or classifier."""
    parts = re.split(r"[./]", name)
    if parts[0] == base_prefix and len(parts) > 1:
        del parts[0]
    # TensorFlow writes some scopes as 'mlm___cls', one name for each framework.
    return parts[0].partition("___")[0]


def _model_without_values(config: PretrainedConfig, weights: Weights) -> TFPreTrainedModel:
    """The classifier in a graph of its own, where variables have names and shapes alone."""
    # Each layer has several tensors, so more layers than tensors need not be built to be refused.
    if config.num_hidden_layers > len(weights.tensors):
        raise CheckpointError(
            f"{weights.path}: config.json has {config.num_hidden_layers} layers, and the weights "
            f"are {len(weights.tensors)} tensors"
        )
    try:
        with tf.Graph().as_default():
            model = TFAutoModelForSequenceClassification.from_config(config)
            model.build_in_name_scope()
    except Exception as error:  # whatever a layer says of sizes that do not go together
        raise CheckpointError(
            f"{weights.path.parent}/config.json: no model can be made of it: {reason(error)}"
        ) from error
    return model


def _expected(model: TFPreTrainedModel, weights: Weights) -> Iterable[tuple[str, tuple[int, ...]]]:
    """Name and shape that the checkpoint should have for each variable of a model.

    PyTorch's names are those of `load_pytorch_state_dict_in_tf2_model` in transformers.
    """
    names = {_modern(name) for name in weights.tensors}
    prefix = model.base_model_prefix
    is_bare = not any(name.startswith(prefix) for name in names)
    rename = getattr(model, "tf_to_pt_weight_rename", lambda name: (name,))
    for variable in model.weights:
        shape = tuple(variable.shape)
        if weights.form == "tf":
            yield variable.name.partition("/")[2], shape
            continue
        name, transposed = convert_tf_weight_name_to_pt_weight_name(
            variable.name, f"{prefix}." if is_bare else "", tf_weight_shape=shape
        )
        aliases = rename(name)
        name = next((alias for alias in aliases if alias in names), aliases[0])
        if transposed is not TransposeType.NO:
            axes = _AXES[transposed] or range(len(shape))[::-1]
            shape = tuple(shape[axis] for axis in axes)
        yield name, shape


def _modern(name: str) -> str:
    """Old checkpoints call a normalisation's scale and offset gamma and beta."""
    is_old = name.endswith((".gamma", ".beta"))
    return name.replace(".gamma", ".weight").replace(".beta", ".bias") if is_old else name


def _check_values(weights: Weights, used: Mapping[str, Tensor]) -> None:
    for name, tensor in used.items():
        if not tensor.is_float:
            raise CheckpointError(
                f"{weights.path}: {name} is of {tensor.dtype}, which is not read; take the "
                "checkpoint in float32, float16 or bfloat16, before it was quantized"
            )
        if not tensor.is_finite:
            raise CheckpointError(
                f"{weights.path}: {name} holds values that are NaN or infinite; the checkpoint is "
                "spoilt"
            )


def _hint(account: Account, base: str) -> str:
    """What wraps all names, where that is all that is wrong with them."""
    wrappers = {
        unused.removesuffix(name).removesuffix(base)
        for name in account.missing
        for unused in account.unused
        if unused.endswith(f".{name}")
    }
    if len(wrappers) != 1 or wrappers == {""}:
        return ""
    return f"; a wrapper has put {wrappers.pop()!r} before its names, rename them without"


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _sizes(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"
