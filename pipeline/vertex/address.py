"""The address of something in a bucket, as a command is given it."""

from __future__ import annotations

import re

from components.errors import SettingsError

_PLACE = re.compile(r"gs://[a-z0-9][a-z0-9._-]*[a-z0-9]/[^/].*")


def checked_address(destination: str) -> str:
    """The destination of a copy.

    Raises:
        SettingsError: it is not on gs://, or names no place in a bucket.
    """
    if not _PLACE.fullmatch(destination):
        on_gs = destination.startswith("gs://")
        wrong = "names no place in a bucket" if on_gs else "is not on gs://"
        raise SettingsError(f"DESTINATION: {destination} {wrong}; give gs://BUCKET/PLACE")
    return destination
