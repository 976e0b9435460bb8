"""The tensors of a checkpoint's weights by name, read from the files without making a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.checkpoint.files import INDEX, read_index, weights_file
from components.errors import CheckpointError
from components.printable import printable, reason

_SHOWN = 3
_BLOCK = 1 << 24  # values looked at in one go
# dtype of a safetensors file -> how its values are stored, and which bits are the exponent.
_FLOATS = {
    "F16": (np.uint16, 0x7C00),
    "BF16": (np.uint16, 0x7F80),
    "F32": (np.uint32, 0x7F800000),
    "F64": (np.uint64, 0x7FF0000000000000),
}
_LARGEST_F32 = float(np.finfo(np.float32).max)
_H5_FLOATS = {np.dtype(np.float16): "F16", np.dtype(np.float32): "F32", np.dtype(np.float64): "F64"}


@dataclass(frozen=True)
class Tensor:
    """A tensor in a file.

    Attributes:
        file: that holds it.
        dtype: as safetensors names it.
        shape: of it.
        offset: of its first byte in the file.
    """

    file: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int

    @property
    def is_float(self) -> bool:
        """Whether it is of numbers that a model computes with."""
        return self.dtype in _FLOATS

    @property
    def is_finite(self) -> bool:
        """Whether no value is NaN or infinite; for floats only."""
        stored, exponent = _FLOATS[self.dtype]
        size = int(np.prod(self.shape, dtype=np.int64))
        if not size:
            return True
        values = np.memmap(self.file, stored, "r", self.offset, (size,))
        blocks = (values[first : first + _BLOCK] for first in range(0, size, _BLOCK))
        if self.dtype == "F64":  # a model holds it in 32 bits, where more is infinite
            return all((np.abs(block.view(np.float64)) <= _LARGEST_F32).all() for block in blocks)
        return not any(((block & exponent) == exponent).any() for block in blocks)


@dataclass(frozen=True)
class Weights:
    """All tensors of a checkpoint.

    Attributes:
        path: of the weights, or of their index, for messages.
        form: 'pt' or 'tf', whose names and layout the tensors have.
        tensors: by name.
    """

    path: Path
    form: str
    tensors: Mapping[str, Tensor]


def read_weights(folder: Path) -> Weights:
    """Reads the headers of all weights, and checks that the files are whole.

    Args:
        folder: with a complete checkpoint.

    Raises:
        CheckpointError: a file is cut or damaged, or has names of another framework.
    """
    path = folder / weights_file(folder)
    if path.suffix == ".h5":
        return Weights(path, "tf", _read_h5(path))
    index = read_index(path) if path.name.endswith(INDEX) else {}
    shards = [folder / name for name in sorted(set(index.values()))] or [path]
    forms: set[str] = set()
    tensors: dict[str, Tensor] = {}
    for shard in shards:
        form, found = _read_safetensors(shard)
        forms.add(form)
        if again := sorted(tensors.keys() & found.keys()):
            raise CheckpointError(f"{shard}: holds {again[0]}, as another file of the index does")
        tensors.update(found)
    if len(forms) > 1:
        raise CheckpointError(f"{path}: names files of several formats ({', '.join(forms)})")
    if index:
        _check_index(path, index, tensors)
    return Weights(path, forms.pop(), tensors)


def _read_safetensors(path: Path) -> tuple[str, dict[str, Tensor]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as archive:  # proves that header and size agree
            metadata = archive.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path}: is cut or damaged ({reason(error)}); fetch it anew"
        ) from error
    form = metadata.get("format")
    if form not in ("pt", "tf"):
        raise CheckpointError(
            f"{path}: its metadata name the format {form!r}, and only 'pt' and 'tf' can be loaded; "
            "write it with save_pretrained of transformers"
        )
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(length))
    header.pop("__metadata__")
    start = 8 + length
    return form, {
        name: Tensor(path, entry["dtype"], tuple(entry["shape"]), start + entry["data_offsets"][0])
        for name, entry in header.items()
    }


def _check_index(path: Path, index: Mapping[str, str], tensors: Mapping[str, Tensor]) -> None:
    # TensorFlow's models list their weights with the model's own name in front.
    listed = {n if n in tensors else n.partition("/")[2] or n: f for n, f in index.items()}
    differing = sorted(
        name
        for name in listed.keys() | tensors.keys()
        if name not in tensors or listed.get(name) != tensors[name].file.name
    )
    if differing:
        raise CheckpointError(
            f"{path}: is not the index of the files beside it: {some(differing)} differ"
        )


def _read_h5(path: Path) -> dict[str, Tensor]:
    """The weights that the file's attributes list, as Keras and transformers find them."""
    import h5py

    tensors: dict[str, Tensor] = {}
    try:
        with h5py.File(path, "r") as file:
            for layer in _attribute(file, "layer_names"):
                for name in _attribute(_member(path, file, layer), "weight_names"):
                    dataset = _member(path, file[layer], name)
                    # The model's own name is no part of the weight's; a tied one is listed twice.
                    _, _, name = name.partition("/")
                    key = f"{layer}/{name}" if name in tensors else name
                    tensors[key] = _h5_tensor(path, dataset)
    except (OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{path}: is cut or damaged ({reason(error)}); fetch it anew"
        ) from error
    return tensors


def _attribute(group: Any, name: str) -> list[str]:
    """The names in an attribute, which Keras splits to `name0`, `name1`... where it is long."""
    parts = [name]
    if name not in group.attrs:
        parts = [f"{name}0"]
        while (following := f"{name}{len(parts)}") in group.attrs:
            parts.append(following)
    values = [value for part in parts for value in group.attrs[part]]
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]


def _member(path: Path, group: Any, name: str) -> Any:
    """What lies below a group, without a link on the way, which may lead to another file."""
    import h5py

    for part in name.split("/"):
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise CheckpointError(f"{path}: {printable(name)} is missing, or a link")
        group = group[part]
    return group


def _h5_tensor(path: Path, dataset: Any) -> Tensor:
    offset = dataset.id.get_offset()
    if (dataset.size and offset is None) or dataset.external:
        raise CheckpointError(
            f"{path}: {printable(dataset.name)} lies in chunks or in another file; write it anew "
            "with save_pretrained"
        )
    dtype = _H5_FLOATS.get(dataset.dtype, str(dataset.dtype))
    return Tensor(path, dtype, dataset.shape, offset or 0)


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(map(printable, names[:_SHOWN]))}{more}"
