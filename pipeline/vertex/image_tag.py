"""The image's tag: a hash of everything that its build reads.

    python -m pipeline.vertex.image_tag

prints it. An image with this tag holds this code, whatever the state of the repository.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_DIGITS = 16


def image_tag(repository: Path = REPOSITORY) -> str:
    """Hash of the names and contents of the build's files.

    Args:
        repository: checkout with the Dockerfile.

    Returns:
        16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for file in context_files(repository):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(repository).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]


def context_files(repository: Path = REPOSITORY) -> list[Path]:
    """The files that .dockerignore lets through, sorted.

    It excludes everything, then names what the image is made of (`!name`), then what of that is
    left out (`**/pattern`), so the list is kept there alone.
    """
    lines = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
    wanted = [line[1:] for line in lines if line.startswith("!")]
    unwanted = [line[3:] for line in lines if line.startswith("**/")]
    found = {file for pattern in wanted for file in _files_of(repository, pattern)}
    return sorted(f for f in found if not _matches(f.relative_to(repository), unwanted))


def _files_of(repository: Path, pattern: str) -> Iterator[Path]:
    for path in repository.glob(pattern):
        yield from (path,) if path.is_file() else (p for p in path.rglob("*") if p.is_file())


def _matches(file: Path, patterns: list[str]) -> bool:
    return any(fnmatch(part, pattern) for part in file.parts for pattern in patterns)


if __name__ == "__main__":
    print(image_tag())
