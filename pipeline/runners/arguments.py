"""What a runner file is told: TFX's command line passes no arguments, so by the environment."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable

from components.errors import NewscatError, SettingsError
from pipeline.profiles import load_settings
from pipeline.settings import Settings
from pipeline.terminal.failures import say_error

PROFILE = "NEWSCAT_PROFILE"
SETTINGS = "NEWSCAT_SET"


def run_with_settings(default_profile: str, run: Callable[[Settings], object]) -> None:
    """Runs with the profile of NEWSCAT_PROFILE and the key=value pairs of NEWSCAT_SET.

    Args:
        default_profile: where NEWSCAT_PROFILE is not set.
        run: the runner.

    Raises:
        SystemExit: with the exit code of what went wrong, after a message.
    """
    profile = os.environ.get(PROFILE, default_profile)
    try:
        run(load_settings(profile, _read_pairs(os.environ.get(SETTINGS, ""))))
    except NewscatError as error:
        sys.exit(say_error(error))


def _read_pairs(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise SettingsError(f"{SETTINGS}: {error} in {text!r}; quote as in a shell") from error
