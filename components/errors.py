"""Errors that tell the user what to do; the command line prints them without a stack trace."""


class UserError(Exception):
    """Something only the user can put right: the message says what, where, and how."""


class SettingsError(UserError):
    """A setting or an argument that cannot be used."""


class CheckpointError(UserError):
    """A checkpoint that cannot be found, or not loaded safely."""


class DataError(UserError):
    """Rows that the pipeline refuses to train on."""
