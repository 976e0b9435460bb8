"""A good model, trained once for all tests of the gate."""

from __future__ import annotations

import pytest

from tests.support.good_model import GoodModel, train_good_model


@pytest.fixture(scope="session")
def good_model(
    tmp_path_factory: pytest.TempPathFactory, warm_python: str, server_python: str
) -> GoodModel:
    """The model; the warm server answers for its exports."""
    return train_good_model(tmp_path_factory.mktemp("good_model"), warm_python, server_python)
