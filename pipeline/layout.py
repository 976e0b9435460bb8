"""Where a run's files are, below its output folder."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass

from components.errors import SettingsError


@dataclass(frozen=True)
class OutputLayout:
    """Paths of a run, as strings, for `output` may be on gs://."""

    output: str

    @property
    def artifacts(self) -> str:
        """Artifacts of all components and runs."""
        return os.path.join(self.output, "artifacts")

    @property
    def metadata(self) -> str:
        """ML Metadata's SQLite file."""
        return os.path.join(self.output, "metadata.db")

    @property
    def serving(self) -> str:
        """What Pusher pushes: a folder a version, as TF Serving expects."""
        return os.path.join(self.output, "serving")

    @property
    def logs(self) -> str:
        """TFX's and TensorFlow's logs, a file a run."""
        return os.path.join(self.output, "logs")

    @property
    def inputs(self) -> str:
        """Inputs that were made for the run: the synthetic sample, the starter checkpoint."""
        return os.path.join(self.output, "inputs")


def find_output(output: str | None) -> str:
    """The output folder to look into: the given one, or the one below output/ used last.

    Raises:
        SettingsError: none was given, and no run has been made from here.
    """
    if output is not None:
        return output
    databases = glob.glob(OutputLayout(os.path.join("output", "*")).metadata)
    if not databases:
        raise SettingsError("no runs below output/; name the --output folder of a run")
    return os.path.dirname(max(databases, key=os.path.getmtime))


def shown(path: str) -> str:
    """A path as a user would type it: relative where it is below the current folder."""
    relative = os.path.relpath(path) if "://" not in path else path
    return path if relative.startswith("..") else relative
