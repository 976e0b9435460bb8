"""A good model, trained once for all tests of the gate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.good_model import GoodModel, train_good_model
from tests.support.warm_python import SERVER_LIBRARIES, start_warm_python


@pytest.fixture(scope="session")
def good_model(tmp_path_factory: pytest.TempPathFactory, warm_python: str) -> Iterator[GoodModel]:
    """The model; its exports are asked by a warm server of TensorFlow alone."""
    server = tmp_path_factory.mktemp("warm_server")
    with start_warm_python(server, SERVER_LIBRARIES) as server_python:
        yield train_good_model(tmp_path_factory.mktemp("good_model"), warm_python, server_python)
