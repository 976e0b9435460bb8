"""The name of the HTML file in a RunReport artifact; apart, for readers without TFX."""

from __future__ import annotations

import os

REPORT_FILE = "report.html"


def report_path(artifact_uri: str) -> str:
    """Where the file is in a RunReport's folder, local or remote."""
    return os.path.join(artifact_uri, REPORT_FILE)
