"""The exit codes of `newscat`: the one table, which `--help` and the README show."""

from components.errors import DataRefusedError, NewscatError, UserError

DONE = 0
FAILED = 1
WRONG_USE = 2
NOT_BLESSED = 3
DATA_REFUSED = 4
INTERRUPTED = 130
TERMINATED = 143

MEANINGS = {
    DONE: "done; of `run`: blessed and pushed",
    FAILED: "a fault of this machine, of a service or of `newscat`",
    WRONG_USE: "a mistake of yours: in options, settings, checkpoint, data files or output folder",
    NOT_BLESSED: "finished, and the model was not blessed: nothing was pushed",
    DATA_REFUSED: "stopped by data validation",
    INTERRUPTED: "interrupted (Ctrl-C)",
    TERMINATED: "terminated (SIGTERM)",
}


def of_error(error: NewscatError) -> int:
    """The code that an error ends a command with."""
    if isinstance(error, DataRefusedError):
        return DATA_REFUSED
    return WRONG_USE if isinstance(error, UserError) else FAILED


def epilog() -> str:
    """The table as paragraphs for `--help`."""
    lines = (f"{code}: {meaning}" for code, meaning in MEANINGS.items())
    return "\n\n".join(["Exit codes:", *lines])
