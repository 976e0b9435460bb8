"""Mutated checkpoints: refused in one sentence, or what is loaded is what the file holds."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from components.checkpoint.check import check_checkpoint, check_files, check_length
from components.checkpoint.resolve import resolve_checkpoint
from components.classifier.model import load_classifier
from components.errors import UserError
from tests.fuzz.mutations import REPLACEMENTS, byte_mutations, json_mutations, replace_by
from tests.fuzz.seeds import EXAMPLES, SEED

WEIGHTS = "model.safetensors"
JSON_FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
MAX_LENGTH = 64
SECONDS = 60

pytestmark = pytest.mark.slow


@st.composite
def mutated_tensors(draw: st.DrawFn, tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The tensors with one of them spoilt, or all of their names."""
    name = draw(st.sampled_from(sorted(tensors)))
    value = tensors[name]
    others = {key: tensor for key, tensor in tensors.items() if key != name}
    spoilt = value.copy()
    spoilt.flat[draw(st.integers(0, value.size - 1))] = draw(
        st.sampled_from([np.nan, np.inf, -np.inf])
    )
    prefix = draw(st.sampled_from(["module.", "model.", "0.auto_model.", "x", "roberta."]))
    return draw(
        st.sampled_from(
            [
                others,
                {**others, prefix + name: value},
                {prefix + key: tensor for key, tensor in tensors.items()},
                {key.replace(".", "/"): tensor for key, tensor in tensors.items()},
                {**others, name: spoilt},
                {**others, name: value.T[..., :-1]},
                {**others, name: value.reshape(-1)[: value.size // 2]},
                {**others, name: value.astype(np.int32)},
                {**others, name: value.astype(np.float16)},
                {**tensors, draw(st.text(min_size=1, max_size=9)): value},
                {**tensors, "roberta.encoder.layer.7.output.dense.bias": value},
                {name: value},
            ]
        )
    )


@pytest.fixture(scope="module")
def tensors(checkpoint: Path) -> dict[str, np.ndarray]:
    return load_file(checkpoint / WEIGHTS)


@seed(SEED)
@settings(
    max_examples=EXAMPLES,
    deadline=SECONDS * 1000,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    database=None,
)
@given(data=st.data())
def test_a_mutated_checkpoint(
    checkpoint: Path, tensors: dict[str, np.ndarray], data: st.DataObject
):
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(checkpoint, Path(scratch) / "copy"))
        mutate(folder, tensors, data)
        try:
            resolved = resolve_checkpoint(str(folder)).folder
            check_length(check_files(resolved), MAX_LENGTH)
            check_checkpoint(resolved, MAX_LENGTH)
        except UserError as error:
            assert len(str(error).splitlines()) == 1, str(error)
        else:
            assert_loaded_as_it_is(folder)


def mutate(folder: Path, tensors: dict[str, np.ndarray], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["json", "json", "tensors", "tensors", "bytes", "file"]))
    if kind == "tensors":
        form = data.draw(st.sampled_from(["pt", "pt", "pt", "tf", "mlx"]))
        mutated = data.draw(mutated_tensors(tensors))
        contiguous = {key: np.ascontiguousarray(value) for key, value in mutated.items()}
        save_file(contiguous, folder / WEIGHTS, metadata={"format": form})
        return
    names = JSON_FILES if kind == "json" else sorted(path.name for path in folder.iterdir())
    path = folder / data.draw(st.sampled_from(names))
    if kind == "file":
        replace_by(path, data.draw(REPLACEMENTS))
        return
    content = path.read_bytes()
    strategy = json_mutations(content) if kind == "json" else byte_mutations(content)
    path.write_bytes(data.draw(strategy))


def assert_loaded_as_it_is(folder: Path) -> None:
    """Every weight of the encoder is a tensor of the file: none was made up."""
    model = load_classifier(str(folder), ["A", "B"], seed=1)
    held = np.sort([float(np.abs(t.astype(np.float64)).sum()) for t in floats(folder)])
    for variable in model.roberta.weights:
        total = float(np.abs(variable.numpy().astype(np.float64)).sum())
        near = held[np.abs(held - total).argmin()]
        assert near == pytest.approx(total, rel=1e-6), variable.name


def floats(folder: Path) -> list[np.ndarray]:
    return [t for t in load_file(folder / WEIGHTS).values() if t.dtype.kind == "f"]
