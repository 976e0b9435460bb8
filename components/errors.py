"""Errors that tell the user what to do; the command line prints them without a stack trace.

Their class alone decides the exit code: whose fault it is.
"""


class NewscatError(Exception):
    """What ends a command with one message; raise one of the two below."""


class UserError(NewscatError):
    """Something only the user can put right: the message says what, where, and how."""


class SettingsError(UserError):
    """A setting or an argument that cannot be used."""


class CheckpointError(UserError):
    """A checkpoint that cannot be found, or not loaded safely."""


class DataError(UserError):
    """Rows that the pipeline refuses to train on."""


class FailureError(NewscatError):
    """A fault of this machine, of a service, or of this program: the message says what failed."""
