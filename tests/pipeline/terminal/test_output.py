"""What is written for machines reaches a terminal without what would steer it."""

from __future__ import annotations

import csv
import io
import sys

import pytest

from pipeline.terminal.output import open_standard_output

CELL = "red \x1b[31m and a lone\rreturn"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Screen, '"red \\u001b[31m and a lone\\rreturn"\n"2"\n'), (io.StringIO, f'"{CELL}"\n"2"\n')],
    ids=["terminal", "pipe"],
)
def test_a_table(kind: type[io.StringIO], expected: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdout", written := kind())
    with open_standard_output(for_people=False) as stream:
        table = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        table.writerows([[CELL], ["2"]])
    assert written.getvalue() == expected
