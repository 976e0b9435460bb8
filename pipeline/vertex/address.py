"""The address of something in a bucket, as a command is given it."""

from __future__ import annotations

from components.errors import SettingsError


def checked_address(destination: str) -> str:
    """The destination of a copy.

    Raises:
        SettingsError: it names a bucket and no place in it.
    """
    if "://" in destination and destination.count("/") < 3:
        raise SettingsError(f"DESTINATION: {destination} is a bucket; name a place in it")
    return destination
