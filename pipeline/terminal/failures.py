"""What went wrong, in one message with its exit code, and where to read on."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from contextlib import suppress

from components.errors import FailureError, NewscatError, SettingsError
from components.printable import printable, reason
from pipeline.cli import exit_codes
from pipeline.layout import shown

_LONGEST = 400  # characters of what a library says, or a name, in a message


class RunFailedError(FailureError):
    """Something failed for a reason that is not the user's mistake; a file has the details."""


def say(message: str, code: int) -> int:
    """Prints the message that a command ends with, on as many lines as it has, and returns `code`.

    It may quote anything; of others' text only what is fit for a terminal gets there.
    """
    # Where standard error is closed or full, the exit code has to do.
    with suppress(OSError, ValueError, AttributeError):
        print("newscat:", "\n".join(map(printable, message.split("\n"))), file=sys.stderr)
        sys.stderr.flush()
    return code


def say_error(error: BaseException) -> int:
    """Prints what an exception comes to, and returns the exit code that goes with it."""
    known = find_known(error) or _find_long_name(error) or explain_unexpected(error)
    return say(str(known), exit_codes.of_error(known))


def find_known(error: BaseException | None) -> NewscatError | None:
    """The error that was meant for the user, wherever in the chain of an exception it is."""
    while error is not None:
        if isinstance(error, NewscatError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _find_long_name(error: BaseException) -> SettingsError | None:
    """The user's, wherever it came from: no name of ours is too long."""
    if not isinstance(error, OSError) or error.errno != errno.ENAMETOOLONG:
        return None
    return SettingsError(f"{str(error.filename)[:_LONGEST]}...: is too long for the name of a file")


def explain_failure(error: BaseException, log: str) -> NewscatError:
    """The error that was meant for the user behind an exception; else where to read on.

    Args:
        error: that was raised.
        log: file that standard error goes to.
    """
    with suppress(OSError):  # of a full disk
        traceback.print_exception(error)  # standard error is the log file here
    return find_known(error) or RunFailedError(f"{_in_a_line(error)} (all of it in {shown(log)})")


def explain_unexpected(error: BaseException) -> RunFailedError:
    """What nobody foresaw, with its details in a file of their own."""
    try:
        descriptor, path = tempfile.mkstemp(prefix="newscat-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return RunFailedError(_in_a_line(error))
    return RunFailedError(f"{_in_a_line(error)} (all of it in {path})")


def _in_a_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    last = reason(error)
    return f"{type(error).__name__}: {last if len(last) <= _LONGEST else last[:_LONGEST] + '...'}"
