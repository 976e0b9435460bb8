"""Errors that tell the user what to do; the command line prints them without a stack trace.

Their class alone decides the exit code: whose fault it is.
"""

import errno


class NewscatError(Exception):
    """What ends a command with one message; raise one of the three below."""


class UserError(NewscatError):
    """Something only the user can put right: the message says what, where, and how."""


class SettingsError(UserError):
    """A setting or an argument that cannot be used."""


class CheckpointError(UserError):
    """A checkpoint that cannot be found, or not loaded safely."""


class DataError(UserError):
    """Rows that the pipeline refuses to train on."""


class DataRefusedError(NewscatError):
    """Rows that could be read, and that the validation of data lets nobody train on."""


class FailureError(NewscatError):
    """A fault of this machine, of a service, or of this program: the message says what failed."""


_OF_THE_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def file_error(problem: str, error: OSError, remedy: str = "") -> NewscatError:
    """Whose fault it is that a file cannot be read or written: a full disk is not the user's.

    Args:
        problem: what cannot be done with which file of which setting.
        error: why.
        remedy: for the user, where it is a mistake.
    """
    message = f"{problem}: {error.strerror or error}"
    if error.errno in _OF_THE_MACHINE:
        return FailureError(message)
    return SettingsError(f"{message}; {remedy}" if remedy else message)
