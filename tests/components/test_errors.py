"""Whose fault an error is."""

import errno
import os

import pytest

from components import errors


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.FailureError),
        (errno.EIO, errors.FailureError),
        (errno.ENOENT, errors.SettingsError),
        (errno.EACCES, errors.SettingsError),
        (errno.ENAMETOOLONG, errors.SettingsError),
    ],
)
def test_a_full_disk_is_no_mistake_of_the_user_s(number: int, kind: type[Exception]):
    error = errors.file_error("--to: cannot write x", OSError(number, os.strerror(number)), "do y")
    assert type(error) is kind
    assert str(error).startswith(f"--to: cannot write x: {os.strerror(number)}")
    assert ("do y" in str(error)) == (kind is errors.SettingsError)


def test_every_error_is_the_user_s_or_the_data_s_or_neither():
    for kind in errors.NewscatError.__subclasses__():
        assert kind in (errors.UserError, errors.DataRefusedError, errors.FailureError)
    assert not issubclass(errors.FailureError, errors.UserError)
