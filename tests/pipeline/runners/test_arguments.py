"""What a runner file reads from the environment, and how it ends where that is wrong."""

from __future__ import annotations

import pytest

from components.errors import FailureError
from pipeline.runners.arguments import PROFILE, SETTINGS, run_with_settings
from pipeline.settings import Settings


def test_profile_and_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(PROFILE, "demo")
    monkeypatch.setenv(SETTINGS, "trainer.epochs=2 'beam_args=[--a, b c]'")
    seen: list[Settings] = []
    run_with_settings("kaggle", seen.append)
    assert seen[0].name == "news-category-demo"
    assert seen[0].trainer.epochs == 2
    assert seen[0].beam_args == ["--a", "b c"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("trainer.epoch=3", "did you mean 'epochs'"),
        ("trainer.epochs='3", "NEWSCAT_SET: No closing quotation"),
        ("trainer.epochs=1 trainer.epochs=2", "is given already"),
    ],
)
def test_wrong_use_ends_with_one_message_and_its_code(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    settings: str,
    message: str,
):
    monkeypatch.setenv(SETTINGS, settings)
    with pytest.raises(SystemExit) as end:
        run_with_settings("demo", lambda settings: pytest.fail("it must not run"))
    assert end.value.code == 2
    shown = capfd.readouterr().err
    assert message in shown and len(shown.splitlines()) == 1


def test_a_fault_of_a_service_has_its_own_code(monkeypatch: pytest.MonkeyPatch):
    def fail(settings: Settings) -> None:
        raise FailureError("no answer")

    monkeypatch.delenv(SETTINGS, raising=False)
    with pytest.raises(SystemExit) as end:
        run_with_settings("demo", fail)
    assert end.value.code == 1
