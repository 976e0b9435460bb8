"""Ways in which a checkpoint in Hugging Face format is wrong, as edits of a good one's folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

Edit = Callable[[Path], None]
Tensors = dict[str, np.ndarray]

WEIGHTS = "model.safetensors"


def edit_config(**values: Any) -> Edit:
    """Sets fields of config.json."""

    def edit(folder: Path) -> None:
        path = folder / "config.json"
        document = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**document, **values}), "utf-8")

    return edit


def edit_tensors(change: Callable[[Tensors], Tensors], form: str = "pt") -> Edit:
    """Changes the tensors of the weights."""

    def edit(folder: Path) -> None:
        changed = change(load_file(folder / WEIGHTS))
        contiguous = {name: np.ascontiguousarray(value) for name, value in changed.items()}
        save_file(contiguous, folder / WEIGHTS, metadata={"format": form})

    return edit


def edit_bytes(name: str, change: Callable[[bytes], bytes]) -> Edit:
    """Changes a file as bytes."""

    def edit(folder: Path) -> None:
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return edit


def link(name: str, target: str) -> Edit:
    """Puts a link in place of a file."""

    def edit(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return edit


def renamed(prefix: str) -> Edit:
    """Every tensor's name with something before it."""
    return edit_tensors(lambda tensors: {f"{prefix}{n}": v for n, v in tensors.items()})


def one(tensors: Tensors, ending: str) -> str:
    """The first tensor's name with that ending."""
    return next(name for name in sorted(tensors) if name.endswith(ending))


def changed(ending: str, change: Callable[[np.ndarray], np.ndarray]) -> Edit:
    """One tensor's values."""

    def of(tensors: Tensors) -> Tensors:
        name = one(tensors, ending)
        return {**tensors, name: change(tensors[name])}

    return edit_tensors(of)


def with_value(value: float) -> Callable[[np.ndarray], np.ndarray]:
    """The same tensor with one value in its midst replaced."""

    def change(values: np.ndarray) -> np.ndarray:
        values = values.copy()
        values.flat[values.size // 2] = value
        return values

    return change


def without(part: str) -> Edit:
    """All tensors but those with `part` in their names."""
    return edit_tensors(lambda tensors: {n: v for n, v in tensors.items() if part not in n})


def plus(**more: np.ndarray) -> Edit:
    """Further tensors; '__' in a name stands for a dot."""
    added = {name.replace("__", "."): value for name, value in more.items()}
    return edit_tensors(lambda tensors: {**tensors, **added})


def both(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit


CLASSIFIER = edit_config(architectures=["RobertaForSequenceClassification"], num_labels=2)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 499\n"
SOME = np.ones((2, 3), np.float32)

BROKEN: dict[str, tuple[Edit, str]] = {
    "names of DataParallel": (renamed("module."), "missing .*'module.'"),
    "names of another wrapper": (renamed("model."), "missing .*'model.'"),
    "names of sentence-transformers": (renamed("0.auto_model."), "missing .*'0.auto_model.'"),
    "the model's own name twice": (renamed("roberta."), "missing roberta.*unknown roberta.robert"),
    "a layer missing": (without("layer.1."), r"missing .*layer\.1\..* and \d+ more"),
    "a bias missing": (without("layer.0.output.dense.bias"), r"missing \S*layer\.0\.output"),
    "one tensor alone": (
        edit_tensors(lambda t: {one(t, "word_embeddings.weight"): SOME}),
        "config.json has 2 layers, and the weights are 1 tensors",
    ),
    "a layer too many": (plus(encoder__layer__9__output__dense__bias=SOME), "unknown .*layer.9"),
    "a tensor from elsewhere": (plus(decoder__weight=SOME), "unknown decoder.weight"),
    "a larger vocabulary": (
        edit_config(vocab_size=4010),
        r"word_embeddings.weight \d+x128 in place of \d+x128",
    ),
    "a smaller vocabulary": (
        edit_config(vocab_size=3990),
        r"word_embeddings.weight \d+x128 in place of \d+x128",
    ),
    "another intermediate size": (edit_config(intermediate_size=100), "of another shape"),
    "other positions": (edit_config(max_position_embeddings=131), "position_embeddings.weight"),
    "more layers": (edit_config(num_hidden_layers=3), r"missing .*layer\.2\."),
    "fewer layers": (edit_config(num_hidden_layers=1), r"unknown .*layer\.1\."),
    "a kernel laid out as TensorFlow's": (
        changed("layer.0.intermediate.dense.weight", np.transpose),
        "of another shape .*intermediate.dense.weight",
    ),
    "the format of MLX": (edit_tensors(dict, "mlx"), "format 'mlx'"),
    "the format of TensorFlow by name alone": (edit_tensors(dict, "tf"), "missing"),
    "NaN": (changed("layer.1.output.dense.weight", with_value(np.nan)), "NaN or infinite"),
    "infinity": (changed("word_embeddings.weight", with_value(-np.inf)), "NaN or infinite"),
    "NaN in half precision": (
        edit_tensors(lambda t: {n: with_value(np.nan)(v.astype(np.float16)) for n, v in t.items()}),
        "NaN or infinite",
    ),
    "whole numbers": (changed("query.weight", lambda v: v.astype(np.int8)), "is of I8"),
    "cut weights": (edit_bytes(WEIGHTS, lambda content: content[:-100]), "cut or damaged"),
    "weights cut in the header": (edit_bytes(WEIGHTS, lambda content: content[:100]), "cut or dam"),
    "longer weights": (edit_bytes(WEIGHTS, lambda content: content + b"\0"), "cut or damaged"),
    "empty weights": (edit_bytes(WEIGHTS, lambda content: b""), "is empty"),
    "an empty configuration of the tokenizer": (
        edit_bytes("tokenizer_config.json", lambda content: b""),
        "tokenizer_config.json: is empty",
    ),
    "a number beyond 32 bits": (
        changed("query.weight", lambda v: with_value(1e300)(v.astype(np.float64))),
        "NaN or infinite",
    ),
    "half of a classifier's head": (
        both(CLASSIFIER, plus(classifier__out_proj__bias=np.zeros(2, np.float32))),
        "missing classifier.dense.weight, classifier.dense.bias, classifier.out_proj.weight",
    ),
    "a classifier of other classes than it says": (
        both(
            CLASSIFIER,
            plus(
                classifier__dense__weight=np.zeros((128, 128), np.float32),
                classifier__dense__bias=np.zeros(128, np.float32),
                classifier__out_proj__weight=np.zeros((3, 128), np.float32),
                classifier__out_proj__bias=np.zeros(3, np.float32),
            ),
        ),
        "classifier.out_proj.weight 3x128 in place of 2x128",
    ),
    "weights that are a pointer": (edit_bytes(WEIGHTS, lambda content: POINTER), "Git LFS"),
    "a tokenizer that is a pointer": (
        edit_bytes("tokenizer.json", lambda content: POINTER),
        "tokenizer.json: is a pointer of Git LFS",
    ),
    "code": (edit_config(auto_map={"AutoConfig": "configuration_x.X"}), "auto_map asks for code"),
    "Longformer": (edit_config(model_type="longformer"), "supported are albert, bert,"),
    "no model type": (edit_config(model_type=None), "model_type is None"),
    "a size in quotes": (edit_config(hidden_size="64"), "hidden_size is '64', not a whole number"),
    "half a layer": (edit_config(num_hidden_layers=1.5), "num_hidden_layers is 1.5"),
    "true layers": (edit_config(num_hidden_layers=True), "num_hidden_layers is True"),
    "no layers": (edit_config(num_hidden_layers=0), "num_hidden_layers is 0"),
    "a million layers": (edit_config(num_hidden_layers=1_000_000), "1000000 layers"),
    "an absurd vocabulary": (edit_config(vocab_size=10**15), "vocab_size is 1000000000000000"),
    "a size of another architecture": (edit_config(embedding_size="x"), "embedding_size is 'x'"),
    "a list of sizes": (edit_config(intermediate_size=[1]), r"intermediate_size is \[1\]"),
    "heads that do not divide": (edit_config(num_attention_heads=7), "no model can be made of it"),
    "no such activation": (edit_config(hidden_act="no"), "no model can be made of it"),
    "architectures that are none": (edit_config(architectures=True), "not a list of names"),
    "a decoder": (edit_config(is_decoder=True), "is_decoder is True"),
    "classes without end": (edit_config(num_labels=10**12), "num_labels is 1000000000000"),
    "a method": (edit_config(save_pretrained=1), "save_pretrained is 1, a name that"),
    "an internal name": (edit_config(_auto_class="x"), "_auto_class is 'x', a name that"),
    "weights to be drawn wide": (edit_config(initializer_range=1e38), "initializer_range is 1e"),
    "certain dropout of the head": (edit_config(classifier_dropout=1.0), "not a share below 1"),
    "dropout in words": (edit_config(classifier_dropout="x"), "classifier_dropout is 'x'"),
    "certain dropout": (edit_config(hidden_dropout_prob=1.0), "hidden_dropout_prob is 1.0"),
    "no epsilon": (edit_config(layer_norm_eps=0.0), "layer_norm_eps is 0.0"),
    "another padding": (edit_config(pad_token_id=2), "the tokenizer pads with 1"),
    "no padding": (edit_config(pad_token_id=None), "pad_token_id is None"),
    "a config that is a list": (edit_bytes("config.json", lambda c: b"[]"), "not a JSON object"),
    "a cut config": (edit_bytes("config.json", lambda c: c[:40]), "cannot be read"),
    "a config of bytes": (edit_bytes("config.json", lambda c: b"\xff" + c), "cannot be read"),
    "a deep config": (edit_bytes("config.json", lambda c: b"[" * 100_000), "cannot be read"),
    "a huge config": (edit_bytes("config.json", lambda c: c + b" " * (1 << 21)), "larger than 1 M"),
    "a field twice": (
        edit_bytes("config.json", lambda c: c.replace(b"{", b'{"vocab_size": 1,', 1)),
        "has 'vocab_size' twice",
    ),
    "merges that are a link": (link("merges.txt", "/etc/passwd"), "link to /etc/passwd, out of"),
    "a link to itself": (link("config.json", "config.json"), "has no config.json|out of"),
    "weights that are a device": (link(WEIGHTS, "/dev/zero"), "link to /dev/zero, out of"),
    "a tokenizer that is a link": (link("tokenizer.json", "../x.json"), "out of"),
    "a config that is a link": (link("config.json", "/proc/self/environ"), "out of"),
}
