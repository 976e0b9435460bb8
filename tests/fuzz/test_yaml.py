"""Mutated profiles and taxonomies: refused in a sentence a problem, or read as they are written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from components.errors import UserError
from components.preprocessing.taxonomy import load_taxonomy
from pipeline.profiles import PROFILES, load_settings
from pipeline.settings import REPOSITORY
from tests.fuzz.mutations import byte_mutations
from tests.fuzz.seeds import EXAMPLES, SEED

pytestmark = pytest.mark.slow

PROFILE = b"\n".join((PROFILES / f"{name}.yaml").read_bytes() for name in ("kaggle", "demo"))
PROFILE_LINES = sorted({line for line in PROFILE.split(b"\n") if line.strip()})
TAXONOMY = (REPOSITORY / "schema" / "taxonomy.yaml").read_bytes()
HOSTILE_LINES = [
    *(b"gate:", b"  min_top_1: 0.0", b"trainer: {epochs: 3}", b"trainer: [1]", b"extends: demo"),
    *(
        b"a: &a [x, x]",
        b"b: [*a, *a]",
        b"<<: *a",
        b"---",
        b"...",
        b"\t- x",
        b"? x",
        b"!!python/x y",
    ),
    *(b"  epochs: 1e400", b"  epochs: .inf", b"  epochs: " + b"9" * 5_000, b"  epochs: 0x10"),
    *(b"  seed: yes", b"  epochs: '3'", b"  learning_rate: 1e-5", b"  learning_rate: .nan"),
    *(
        b"  NO: [NO]",
        b"  1: [1]",
        b"  x: [null]",
        b"  x: [[a]]",
        b"  x: []",
        b"  x:",
        b"  '': ['']",
    ),
    *(b"  '[/b]': ['%s', '{x}']", b"  CRIME: [CRIME]", b"  x: [CRIME]", b"  x: [2020-01-01]"),
    *(b"[" * 2_000, b"{" * 2_000, b"\x00", b"\xff", "\u2028\u202e".encode(), b"# \x1b[31m"),
]
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=10_000,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    database=None,
)


@st.composite
def mutated(draw: st.DrawFn, content: bytes, more: list[bytes]) -> bytes:
    """The content with a line put in, left out, doubled or moved; or its bytes changed."""
    if draw(st.integers(0, 3)) == 0:
        return draw(byte_mutations(content))
    lines = content.split(b"\n")
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(["put in", "put in", "leave out", "double", "move"]))
        if what == "put in":
            lines.insert(place, draw(st.sampled_from([*HOSTILE_LINES, *more])))
        elif what == "double":
            lines.insert(place, lines[place])
        elif len(lines) > 1:
            line = lines.pop(place)
            if what == "move":
                lines.insert(draw(st.integers(0, len(lines))), line)
    return b"\n".join(lines)


def written(content: bytes) -> Any:
    """The document, and no key of it twice, as PyYAML's own strictness would have it."""
    document = yaml.safe_load(content.decode("utf-8-sig"))
    for node in _mappings(yaml.compose(content.decode("utf-8-sig"), yaml.SafeLoader)):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), "a key twice was accepted"
    return document


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)


def _leaves(document: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


@seed(SEED)
@SETTINGS
@given(content=mutated((PROFILES / "kaggle.yaml").read_bytes(), PROFILE_LINES))
def test_a_mutated_profile(content: bytes):
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "profile.yaml"
        path.write_bytes(content)
        try:
            read = load_settings(str(path))
        except UserError as error:
            assert str(path) in str(error)
            return
    values = dict(_leaves(read.model_dump(mode="json")))
    for key, value in _leaves(written(content) or {}):
        if key == "extends" or key.rpartition(".")[2] in PATHS:
            continue
        expected = float(value) if isinstance(values[key], float) else value
        assert values[key] == expected, key


PATHS = ("files", "taxonomy", "schema_file", "source", "output")


@seed(SEED)
@SETTINGS
@given(content=mutated(TAXONOMY, []))
def test_a_mutated_taxonomy(content: bytes):
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "taxonomy.yaml"
        path.write_bytes(content)
        try:
            taxonomy = load_taxonomy(path)
        except UserError as error:
            assert str(path) in str(error)
            return
    document = written(content)
    learnt = [(c, name) for name, categories in document["classes"].items() for c in categories]
    assert all(isinstance(text, str) and text.strip() for pair in learnt for text in pair)
    assert len({category for category, _ in learnt}) == len(learnt), "a category twice"
    assert dict(taxonomy.class_of) == dict(learnt)
