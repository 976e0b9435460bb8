"""What took how long, from ML Metadata, where it is a file on this machine.

An artifact's own times do not tell: TFX writes both when the component has ended. Executions do.
"""

from __future__ import annotations

import os

from components.report.content import Step
from components.run_records import CACHED, ENDED, RunRecords


def collect_steps(database: str | None, run_id: str) -> list[Step]:
    """The components of a run that have ended, in the order they started.

    Args:
        database: ML Metadata's SQLite file; None, or one that is elsewhere, as on Vertex, gives
            no steps.
        run_id: of the run.
    """
    if not database or not os.path.isfile(database):
        return []
    run = RunRecords(database).read(run_id)
    return [
        Step(step.component, (step.ended - step.started).total_seconds(), step.state == CACHED)
        for step in (run.steps.values() if run else ())
        if step.state in ENDED
    ]
