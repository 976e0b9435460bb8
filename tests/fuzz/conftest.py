"""Says with which seed the tests fuzz, whether they pass or not."""

from __future__ import annotations

import pytest

from tests.fuzz.seeds import EXAMPLES, SEED


@pytest.fixture(scope="session", autouse=True)
def seed_is_printed(request: pytest.FixtureRequest) -> None:
    terminal = request.config.pluginmanager.getplugin("terminalreporter")
    terminal.write_line(f"\n{EXAMPLES} examples a test; NEWSCAT_FUZZ_SEED={SEED} repeats them")
