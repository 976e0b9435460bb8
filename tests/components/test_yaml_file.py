"""YAML that people write: nothing is overridden, expanded or guessed; refusals have lines."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from components.errors import SettingsError
from components.yaml_file import parse_yaml, read_yaml

LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


def test_values_come_with_the_lines_of_their_entries():
    document = parse_yaml("a: 1\nb:\n  c: [x, 1.5]\n  d: true\n")
    assert document.value == {"a": 1, "b": {"c": ["x", 1.5], "d": True}}
    assert document.lines[("b", "d")] == 4
    assert document.lines[("b", "c", 1)] == 3


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_text_says_nothing(text: str):
    assert parse_yaml(text).value is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", r":3: 'a' is there already, in line 1; keep one of the two"),
        ("s:\n  a: 1\n  'a': 2", r":3: 'a' is there already, in line 2"),
        ("{a: 1, a: 1}", r":1: 'a' is there already"),
        (LAUGHS, r":1: anchors and aliases"),
        ("a: &x 1", r":1: anchors and aliases"),
        ("a: *x", r":1: anchors and aliases"),
        ("<<: {a: 1}", r":1: the key '<<' is read as a merge"),
        ("a: !!python/name:os.system x", r":1: the tag .* is not read"),
        ("a: !!int '1'", r":1: the tag .* is not read"),
        ("a: 1\n---\na: 2", r":2: a second document begins here"),
        ("a: " + "[" * 50_000, r":1: is nested more than 20 deep"),
        ("{a: " * 50_000, r":1: is nested more than 20 deep"),
        ("a:\n" + "".join(f"{' ' * n}- \n" for n in range(30)), r":\d+: is nested more than 20"),
        (f"x: 1\na: {'9' * 5_000}", r":2: 9{10}\.\.\. has 5,000 digits"),
        ("a: 010", r":1: 010 is no decimal number"),
        ("a: 0x1F", r":1: 0x1F is no decimal number"),
        ("a: 1:30", r":1: 1:30 is no decimal number"),
        ("a: 1:30.5", r":1: 1:30.5 is no decimal number"),
        ("a: 2020-13-45", r":1: '2020-13-45' is read as a date; put it in quotes"),
        ("a: =", r":1: '=' is read as a default; put it in quotes"),
        ("ok: 1\n1: x", r":2: the key '1' is read as a number; put it in quotes"),
        ("~: x", r":1: the key '~' is read as nothing; put it in quotes"),
        ("On: x", r":1: the key 'On' is read as a truth value; put it in quotes"),
        ("? [a]\n: x", r":1: a list or a mapping is no key"),
        ('a: "\\0"', r":1: '\\u0000' has control characters"),
        ('a: "\\e[31m"', r":1: '\\u001b\[31m' has control characters"),
        ('"a\\nb": 1', r":1: 'a\\nb' has control characters or a line break"),
        ("a: |\n  two\n  lines\n", r":1: 'two\\nlines\\n' has control characters or a line break"),
        ("a: 1\nb: \x00", r":2: not valid YAML"),
        ("a: 1\nb: [", r":\d: not valid YAML"),
        ("a: 1\n\tb: 2", r":2: not valid YAML"),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_not_meant_is_refused_at_its_line(tmp_path: Path, text: str, message: str):
    file = tmp_path / "it.yaml"
    file.write_text(text, encoding="utf-8")
    started = time.monotonic()
    with pytest.raises(SettingsError, match=rf"it\.yaml{message}") as error:
        read_yaml(file)
    assert time.monotonic() - started < 2
    assert len(str(error.value).splitlines()) == 1
    assert len(str(error.value)) < 300 + len(str(file))


def test_bytes_that_are_no_text_and_files_that_are_no_settings_are_refused(tmp_path: Path):
    file = tmp_path / "it.yaml"
    file.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(SettingsError, match=r"it\.yaml:2: is not UTF-8"):
        read_yaml(file)
    file.write_bytes(b"a: 1\n" * 300_000)
    with pytest.raises(SettingsError, match=r"it\.yaml: is larger than 1,000,000 bytes"):
        read_yaml(file)
    with pytest.raises(SettingsError, match="data.taxonomy: cannot read .*none.yaml: No such file"):
        read_yaml(tmp_path / "none.yaml", "data.taxonomy")
    with pytest.raises(SettingsError, match="cannot read .*: Is a directory"):
        read_yaml(tmp_path)


def test_a_byte_order_mark_is_none_of_the_first_key(tmp_path: Path):
    file = tmp_path / "it.yaml"
    file.write_text("a: 1\n", encoding="utf-8-sig")
    assert read_yaml(file).value == {"a": 1}
