"""What went wrong, in one message: the user's mistake, or where to read on."""

from __future__ import annotations

from components.errors import UserError
from pipeline.layout import shown


class RunFailedError(UserError):
    """A component failed for a reason that is not the user's mistake; the log has the details."""


def explain_failure(error: BaseException, log: str) -> UserError:
    """The user's mistake behind an exception, wherever in its chain; else where to read on.

    Args:
        error: that was raised.
        log: file that standard error goes to.
    """
    import traceback

    traceback.print_exception(error)  # standard error is the log file here
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UserError):
            return cause
        cause = cause.__cause__ or cause.__context__
    # TensorFlow puts the reason last, after the user code that led there.
    last_line = str(error).strip().rpartition("\n")[2].strip()
    return RunFailedError(f"{type(error).__name__}: {last_line} (all of it in {shown(log)})")
