"""A message names a file as the user does, not as it was escaped for patterns."""

from __future__ import annotations

import json

import pytest

from components.json_example_gen.executor import _source
from pipeline.inputs import escape


@pytest.mark.parametrize("name", ["rows.json", "news[1].json", "a*?.json", "{SPAN}.json", "b\\c"])
def test_the_source_is_the_file_that_was_asked_for(name: str):
    splits = {"splits": [{"name": "all", "pattern": escape(name)}]}
    properties = {"input_base": escape("/d[1]"), "input_config": json.dumps(splits)}
    assert _source(properties) == f"/d[1]/{name}"
