"""Mutations of files, for hypothesis to choose from: of bytes, of JSON, of what a name leads to."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Mutation = Callable[[Path], None]

_HOSTILE = [
    *(None, True, False, 0, -1, 1, 2, 1.5, 1e308, float("nan"), float("inf"), 10**30, 10**400),
    *("", "0", "[/b]", "%s", "{x}", "\x00", "../../etc/passwd", "é" * 300, "\ud800"),
    *([], {}, [[]], [None], {"a": {}}, {"__type": "AddedToken"}),
]
HOSTILE_VALUES = st.sampled_from(_HOSTILE)


def byte_mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """The content cut, with bytes flipped, put in or taken out, or with more behind it."""
    place = st.integers(0, max(len(content) - 1, 0))
    some = st.binary(min_size=1, max_size=8)
    return st.one_of(
        st.builds(lambda p: content[:p], place),
        st.builds(lambda p, new: content[:p] + new + content[p + len(new) :], place, some),
        st.builds(lambda p, new: content[:p] + new + content[p:], place, some),
        st.builds(lambda p, n: content[:p] + content[p + n :], place, st.integers(1, 100)),
        st.builds(lambda new: content + new, some),
        st.sampled_from([b"", b"\0", b"{}", b"[]", b"null", b"[" * 50_000, b"\xff\xfe{}"]),
    )


@st.composite
def json_mutations(draw: st.DrawFn, content: bytes) -> bytes:
    """The document with a value somewhere replaced, taken out, or doubled."""
    document = json.loads(content)
    parent, key = draw(st.sampled_from(_places(document)))
    what = draw(st.sampled_from(["replace", "remove", "rename", "add"]))
    if what == "replace":
        parent[key] = draw(HOSTILE_VALUES)
    elif what == "add" and isinstance(parent, dict):
        parent[draw(st.text(max_size=8))] = draw(HOSTILE_VALUES)
    elif what == "rename" and isinstance(parent, dict):
        parent[draw(st.text(max_size=8))] = parent.pop(key)
    else:
        del parent[key]
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _places(document: Any, most: int = 400) -> list[tuple[Any, Any]]:
    """(container, key) of the values near the top, the first of long lists only."""
    found, queue = [], [document]
    while queue and len(found) < most:
        container = queue.pop(0)
        if isinstance(container, dict):
            keys: list[Any] = list(container)[:30]
        else:
            keys = list(range(min(len(container), 3)))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], dict | list):
                queue.append(container[key])
    return found


def replace_by(path: Path, kind: str) -> None:
    """Puts something else where a file was."""
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "empty":
        path.touch()
    elif kind != "nothing":
        path.symlink_to(kind)


REPLACEMENTS = st.sampled_from(
    ["nothing", "folder", "fifo", "empty", "/dev/zero", "/etc/passwd", "/no/such/file"]
)
