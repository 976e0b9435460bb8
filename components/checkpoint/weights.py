"""The tensors of a checkpoint's weights by name, read from the files without making a model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.checkpoint.files import INDEX, read_shards, weights_file
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
        return Weights(path, "tf", dict(_read_h5(path)))
    shards = [folder / name for name in read_shards(path)] if path.name.endswith(INDEX) else [path]
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
    if path not in shards:
        _check_index(path, tensors)
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


def _check_index(index: Path, tensors: Mapping[str, Tensor]) -> None:
    listed: Mapping[str, str] = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
    differing = sorted(
        name
        for name in listed.keys() | tensors.keys()
        if name not in tensors or listed.get(name) != tensors[name].file.name
    )
    if differing:
        raise CheckpointError(
            f"{index}: is not the index of the files beside it: {some(differing)} differ"
        )


def _read_h5(path: Path) -> Iterator[tuple[str, Tensor]]:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            for dataset in _datasets(path, file):
                # A layer's group, and then the model's own name, are no part of the weight's.
                name = "/".join(dataset.name.lstrip("/").split("/")[2:])
                dtype = _H5_FLOATS.get(dataset.dtype, str(dataset.dtype))
                if dataset.shape and dataset.size and dataset.id.get_offset() is None:
                    raise CheckpointError(f"{path}: {name} is compressed or lies in another file")
                yield name, Tensor(path, dtype, dataset.shape, dataset.id.get_offset() or 0)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"{path}: is cut or damaged ({reason(error)}); fetch it anew"
        ) from error


def _datasets(path: Path, group: Any) -> Iterator[Any]:
    import h5py

    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise CheckpointError(f"{path}: {group.name}/{name} is a link, which is not followed")
        if isinstance(group[name], h5py.Group):
            yield from _datasets(path, group[name])
        else:
            yield group[name]


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(map(printable, names[:_SHOWN]))}{more}"
